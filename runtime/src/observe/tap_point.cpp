#include "observe/tap_point.hpp"

#include <algorithm>

#include "observe/tap_line.hpp"

namespace streams::runtime {
namespace {

using std::chrono::nanoseconds;

constexpr int kShare = 100;  // one part of so many of the worker's time
// What it may spend at once: a burst of a hundred records is shown whole.
constexpr nanoseconds kMostTime = std::chrono::milliseconds(10);
// The least that a record is taken to cost: no reader wants more than a hundred a second.
constexpr nanoseconds kLeastCost = std::chrono::microseconds(100);

}  // namespace

void TapPoint::refill(nanoseconds now) {
  tap_->passed(std::exchange(passed_, 0));
  time_left_ =
      last_refill_.count() < 0 ? kMostTime : std::min(kMostTime, time_left_ + (now - last_refill_) / kShare);
  last_refill_ = now;
}

void TapPoint::show(const Envelope& envelope, const void* payload) {
  const nanoseconds begin = clock_.now();
  tap_->put(tap_line(envelope, type_, payload, out_));
  time_left_ -= std::max(kLeastCost, clock_.now() - begin);
}

}  // namespace streams::runtime
