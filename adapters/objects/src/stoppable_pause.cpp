#include <streams/objects/retry.hpp>

#include <fmt/format.h>

namespace streams::objects {

bool StoppablePause::wait(std::chrono::nanoseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return stopped_; });
}

bool StoppablePause::stopped() const noexcept {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

void StoppablePause::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

void StoppablePause::failed(std::string_view text) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(outage_, true)) return;
  }
  if (log_ != nullptr) log_->warning(fmt::format("{}: {}; it is tried again", name_, text));
}

void StoppablePause::recovered() {
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(outage_, false)) return;
  }
  if (log_ != nullptr) log_->info(fmt::format("{}: the store takes objects again", name_));
}

}  // namespace streams::objects
