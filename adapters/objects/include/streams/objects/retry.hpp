#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

namespace streams::objects {

/// When a store tries again: the n-th wait is between half of `first_wait * 2^n` and all of it, and never above
/// `longest_wait` but where the server asks for more time.
struct RetryPolicy {
  std::chrono::milliseconds first_wait{100};
  std::chrono::milliseconds longest_wait{30'000};
  /// How often one object is tried in all; without it, until the process stops.
  std::optional<std::uint32_t> max_attempts{};
};

/// How a store waits between two attempts, and how it learns that it should not try any more. Threads: any.
class RetryPause {
 public:
  virtual ~RetryPause() = default;
  /// Waits that long; false, at once, when the process is stopping.
  virtual bool wait(std::chrono::nanoseconds time) = 0;
  virtual bool stopped() const noexcept = 0;
};

/// One that `stop()` ends.
class StoppablePause final : public RetryPause {
 public:
  bool wait(std::chrono::nanoseconds time) override;
  bool stopped() const noexcept override;
  void stop();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
};

}  // namespace streams::objects
