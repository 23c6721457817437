#include <streams/objects/retry.hpp>

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

}  // namespace streams::objects
