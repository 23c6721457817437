#include <streams/output.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace streams {
namespace {
constexpr std::size_t kChunkSize = std::size_t{256} * 1024;
}

class Output::Chunk final : public BytesOwner {
 public:
  explicit Chunk(std::size_t size) : memory_(new char[size]), size_(size) { add_reference(); }
  char* begin() noexcept { return memory_.get(); }
  char* end() noexcept { return memory_.get() + size_; }
  std::size_t size() const noexcept { return size_; }

 private:
  void release() noexcept override { delete this; }
  std::unique_ptr<char[]> memory_;
  std::size_t size_;
};

Output::~Output() {
  if (chunk_ != nullptr) chunk_->drop_reference();
  if (spare_ != nullptr) spare_->drop_reference();
}

void Output::grow(std::size_t count) {
  const std::string_view partial = written();
  const std::size_t needed = partial.size() + count;
  Chunk* next = nullptr;
  // Our own reference is the only one left: every slice of the spare was freed.
  if (spare_ != nullptr && spare_->references() == 1 && spare_->size() >= needed) {
    next = std::exchange(spare_, nullptr);
  } else {
    // A value that outgrows its chunk doubles it, so that writing a long one stays linear.
    next = new Chunk(std::max(kChunkSize, needed > kChunkSize ? needed * 2 : needed));
  }
  if (!partial.empty()) std::memcpy(next->begin(), partial.data(), partial.size());
  if (spare_ != nullptr) spare_->drop_reference();
  spare_ = std::exchange(chunk_, next);
  begin_ = chunk_->begin();
  end_ = begin_ + partial.size();
  limit_ = chunk_->end();
}

Bytes Output::take() {
  if (chunk_ == nullptr) grow(1);
  Bytes value = Bytes::share(*chunk_, written());
  begin_ = end_;
  return value;
}

}  // namespace streams
