#include "observe/histogram.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace streams::runtime {
namespace {

constexpr double kStepBounds[] = {0.000001, 0.000005, 0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.005,
                                  0.01,     0.05,     0.1,     0.5,     1,      5,      10};
constexpr double kLatencyBounds[] = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                     1,     2.5,   5,    10,    30,   60,  300,  3600};
static_assert(std::size(kStepBounds) <= DurationHistogram::kMostBounds);
static_assert(std::size(kLatencyBounds) <= DurationHistogram::kMostBounds);

}  // namespace

std::span<const double> step_bounds() {
  return kStepBounds;
}
std::span<const double> latency_bounds() {
  return kLatencyBounds;
}

void DurationHistogram::add(std::chrono::nanoseconds duration) noexcept {
  // A clock that was set back must not become centuries.
  const auto nanoseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count()));
  const double seconds = static_cast<double>(nanoseconds) / 1e9;
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), seconds) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)].add();
  sum_.add(nanoseconds);
}

HistogramView DurationHistogram::look() const {
  HistogramView view;
  view.bounds = bounds_;
  view.counts.reserve(bounds_.size() + 1);
  for (std::size_t i = 0; i <= bounds_.size(); ++i) view.counts.push_back(counts_[i].value());
  view.sum = static_cast<double>(sum_.value()) / 1e9;
  return view;
}

}  // namespace streams::runtime
