#pragma once

#include <chrono>

namespace streams::runtime {

/// Time, and nothing else may ask for it. Threads: both calls from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Steady time since an arbitrary start.
  virtual std::chrono::nanoseconds now() const noexcept = 0;
  /// The calendar's time.
  virtual std::chrono::system_clock::time_point calendar() const noexcept = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  std::chrono::nanoseconds now() const noexcept override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
  std::chrono::system_clock::time_point calendar() const noexcept override {
    return std::chrono::system_clock::now();
  }
};

}  // namespace streams::runtime
