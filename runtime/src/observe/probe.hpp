#pragma once

#include <chrono>
#include <utility>

#include <streams/operator.hpp>
#include <streams/runtime/clock.hpp>

#include "observe/histogram.hpp"

namespace streams::runtime {

/// Time that one measured record has spent so far in the steps behind the one that is being measured.
/// Shared by the probes of one worker. Threads: the worker's.
struct ProbeTime {
  std::chrono::nanoseconds behind{};
};

/// Stands in front of a step while one record is measured, and takes the time that the step needs itself:
/// without the steps behind it, which have probes of their own. Threads: the worker's; `look` any.
class Probe final : public Operator {
 public:
  /// All outlive the probe.
  Probe(Operator& step, ProbeTime& time, const Clock& clock)
      : step_(&step), time_(time), clock_(clock), durations_(step_bounds()) {}

  void process(Envelope& envelope, void* payload) override {
    const std::chrono::nanoseconds behind_caller = std::exchange(time_.behind, {});
    const std::chrono::nanoseconds begin = clock_.now();
    step_->process(envelope, payload);
    const std::chrono::nanoseconds whole = clock_.now() - begin;
    durations_.add(whole - time_.behind);
    time_.behind = behind_caller + whole;
  }

  /// Measures `step` from now on: what stands before the step, or the step again.
  void aim_at(Operator& step) noexcept { step_ = &step; }

  HistogramView look() const { return durations_.look(); }

 private:
  Operator* step_;
  ProbeTime& time_;
  const Clock& clock_;
  DurationHistogram durations_;
};

}  // namespace streams::runtime
