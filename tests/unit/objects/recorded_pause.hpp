#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <vector>

#include <streams/objects/retry.hpp>

namespace streams::objects {

/// Waits for nothing and remembers how long it was asked to.
class RecordedPause final : public RetryPause {
 public:
  bool wait(std::chrono::nanoseconds time) override {
    const std::lock_guard lock(mutex_);
    waits_.push_back(time);
    return !stopped_;
  }
  bool stopped() const noexcept override { return stopped_; }
  void stop() { stopped_ = true; }
  std::vector<std::chrono::nanoseconds> waits() const {
    const std::lock_guard lock(mutex_);
    return waits_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::chrono::nanoseconds> waits_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace streams::objects
