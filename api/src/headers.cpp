#include <streams/headers.hpp>

#include <algorithm>
#include <utility>

namespace streams {

HeaderReader::~HeaderReader() = default;

Headers::Headers(std::initializer_list<Header> headers)
    : list_(std::make_unique<std::vector<Header>>(headers.begin(), headers.end())) {}

Headers::Headers(const Headers& other) {
  if (other.reader_ == nullptr && other.list_ == nullptr) return;
  list_ = std::make_unique<std::vector<Header>>(other.list());
}

const std::vector<Header>& Headers::list() const {
  static const std::vector<Header> kNone;
  if (list_ == nullptr) {
    if (reader_ == nullptr) return kNone;
    auto read = std::make_unique<std::vector<Header>>();
    reader_->read(record_, *read);
    list_ = std::move(read);
  }
  return *list_;
}

std::vector<Header>& Headers::own() {
  list();
  if (list_ == nullptr) list_ = std::make_unique<std::vector<Header>>();
  reader_ = nullptr;
  record_ = nullptr;
  return *list_;
}

const Bytes* Headers::last(std::string_view name) const {
  const auto& all = list();
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const Header& h) { return h.name == name; });
  return found == all.rend() ? nullptr : &found->value;
}

void Headers::add(std::string name, Bytes value) {
  own().push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string name, Bytes value) {
  remove(name);
  add(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(own(), [&](const Header& h) { return h.name == name; });
}

}  // namespace streams
