#pragma once

#include <chrono>
#include <deque>

#include <streams/runtime/clock.hpp>
#include <streams/runtime/config.hpp>
#include <streams/runtime/plan.hpp>
#include <streams/runtime/snapshot.hpp>

#include "observe/health.hpp"
#include "observe/measure.hpp"

namespace streams::runtime {

/// A run as it was and as it is. Threads: one.
class ObservedRun {
 public:
  /// All references outlive it.
  ObservedRun(const Segment& segment, const HealthConfig& rule, const RunWindow& window, const Clock& clock)
      : segment_(segment), rule_(rule), window_(window), clock_(clock) {}

  Observation observe() {
    Observation now{window_.look(), {}, read_process_figures()};
    if (!now.snapshot.begun) {
      now.snapshot.now = clock_.now();
      now.snapshot.calendar = clock_.calendar();
    }
    progress_ = advance(std::move(progress_), now.snapshot);
    now.health = judge(now.snapshot, progress_, rule_, segment_);
    return now;
  }

  /// About once a second: remembers how it is, for rates, and returns it.
  const Observation& tick() {
    last_ = observe();
    // Before the run has begun there is nothing to compare with.
    if (last_.snapshot.begun) {
      if (history_.size() == kHistory) history_.pop_front();
      history_.push_back(last_);
    }
    return last_;
  }

  /// Some seconds ago; how it was last when nothing is remembered yet.
  const Observation& earlier() {
    if (history_.empty()) tick();
    return history_.empty() ? last_ : history_.front();
  }

 private:
  static constexpr std::size_t kHistory = 6;

  const Segment& segment_;
  const HealthConfig rule_;
  const RunWindow& window_;
  const Clock& clock_;
  Progress progress_;
  Observation last_;
  std::deque<Observation> history_;
};

}  // namespace streams::runtime
