#pragma once

#include <mutex>

#include <streams/runtime/io.hpp>

namespace streams::runtime {

/// Wakes a worker from other threads, for as long as there is one. Shared by all who may want to. Threads: any.
class Alarm {
 public:
  /// `waiter` outlives the time up to `disconnect()`.
  explicit Alarm(Waiter& waiter) noexcept : waiter_(&waiter) {}

  void ring() {
    const std::lock_guard lock(mutex_);
    if (waiter_ != nullptr) waiter_->wake();
  }
  void disconnect() {
    const std::lock_guard lock(mutex_);
    waiter_ = nullptr;
  }

 private:
  std::mutex mutex_;
  Waiter* waiter_;
};

}  // namespace streams::runtime
