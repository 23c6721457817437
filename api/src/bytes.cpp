#include <streams/bytes.hpp>

#include <algorithm>

namespace streams {
namespace {

class OwnedString final : public BytesOwner {
 public:
  explicit OwnedString(std::string_view text) : text_(text) {}
  std::string_view view() const noexcept { return text_; }

 private:
  void release() noexcept override { delete this; }
  std::string text_;
};

}  // namespace

Bytes Bytes::copy_of(std::string_view text) {
  auto* owner = new OwnedString(text);
  return share(*owner, owner->view());
}

Bytes Bytes::slice(std::size_t offset, std::size_t count) const {
  Bytes part(*this);
  offset = std::min(offset, size_);
  part.data_ += offset;
  part.size_ = std::min(count, size_ - offset);
  return part;
}

}  // namespace streams
