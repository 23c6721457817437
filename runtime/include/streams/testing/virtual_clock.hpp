#pragma once

#include <chrono>

#include <streams/runtime/clock.hpp>

namespace streams::testing {

/// Time that stands still until a test moves it. Starts at 2026-01-01 00:00 UTC. Threads: one.
class VirtualClock final : public runtime::Clock {
 public:
  std::chrono::nanoseconds now() const noexcept override { return elapsed_; }
  std::chrono::system_clock::time_point calendar() const noexcept override {
    return kStart + std::chrono::duration_cast<std::chrono::system_clock::duration>(elapsed_);
  }
  void advance(std::chrono::nanoseconds by) noexcept { elapsed_ += by; }

 private:
  static constexpr std::chrono::system_clock::time_point kStart{std::chrono::seconds(1767225600)};
  std::chrono::nanoseconds elapsed_{0};
};

}  // namespace streams::testing
