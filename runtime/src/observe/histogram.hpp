#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <span>

#include <streams/runtime/snapshot.hpp>

#include "observe/counter.hpp"

namespace streams::runtime {

/// Bounds in seconds: of what one step does with a record, and of what waits for something outside.
std::span<const double> step_bounds();
std::span<const double> latency_bounds();

/// Durations by size. One thread adds, any thread looks.
class DurationHistogram {
 public:
  /// `bounds` outlives it and has at most `kMostBounds`.
  explicit DurationHistogram(std::span<const double> bounds) noexcept : bounds_(bounds) {}

  void add(std::chrono::nanoseconds duration) noexcept;
  HistogramView look() const;

  static constexpr std::size_t kMostBounds = 16;

 private:
  std::span<const double> bounds_;
  std::array<Counter, kMostBounds + 1> counts_;
  Counter sum_;  // nanoseconds
};

}  // namespace streams::runtime
