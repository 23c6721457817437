#include "observe/tap.hpp"

#include <utility>

namespace streams::runtime {

void Tap::put(std::string line) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || lines_.size() == kMostLines || bytes_ + line.size() > kMostBytes) {
    lost_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  bytes_ += line.size();
  lines_.push_back(std::move(line));
  shown_.fetch_add(1, std::memory_order_relaxed);
}

std::vector<std::string> Tap::take() {
  const std::lock_guard lock(mutex_);
  bytes_ = 0;
  return std::exchange(lines_, {});
}

Tap::Counts Tap::counts() const noexcept {
  return {passed_.load(std::memory_order_relaxed), shown_.load(std::memory_order_relaxed),
          lost_.load(std::memory_order_relaxed)};
}

std::shared_ptr<Tap> TapBoard::open(std::size_t node) {
  const std::lock_guard lock(mutex_);
  if (taps_.size() == kMost) return nullptr;
  taps_.push_back(std::make_shared<Tap>(node));
  version_.fetch_add(1, std::memory_order_release);
  return taps_.back();
}

void TapBoard::close(const Tap& tap) {
  const std::lock_guard lock(mutex_);
  if (std::erase_if(taps_, [&tap](const auto& open) { return open.get() == &tap; }) == 0) return;
  version_.fetch_add(1, std::memory_order_release);
}

std::vector<std::shared_ptr<Tap>> TapBoard::taps() const {
  const std::lock_guard lock(mutex_);
  return taps_;
}

}  // namespace streams::runtime
