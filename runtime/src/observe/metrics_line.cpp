#include "observe/metrics_line.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace streams::runtime {
namespace {

double seconds_between(const Observation& before, const Observation& now) {
  return std::chrono::duration<double>(now.snapshot.now - before.snapshot.now).count();
}

std::string rate_text(std::uint64_t before, std::uint64_t now, double seconds) {
  const double rate = static_cast<double>(now - before) / seconds;
  return rate < 10 ? fmt::format("{:.1f}", rate) : fmt::format("{:.0f}", rate);
}

std::string latency_text(const HistogramView& histogram) {
  const auto text = [](double seconds) {
    return seconds == std::numeric_limits<double>::infinity() ? std::string("over the largest bound")
                                                              : fmt::format("{} s", seconds);
  };
  return fmt::format("half within {}, 99 % within {}", text(quantile(histogram, 0.5)),
                     text(quantile(histogram, 0.99)));
}

}  // namespace

HistogramView since(const HistogramView& before, HistogramView now) {
  for (std::size_t i = 0; i < now.counts.size() && i < before.counts.size(); ++i) {
    now.counts[i] -= before.counts[i];
  }
  now.sum -= before.sum;
  return now;
}

double quantile(const HistogramView& histogram, double share) {
  const std::uint64_t count = histogram.count();
  if (count == 0) return -1;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < histogram.bounds.size(); ++i) {
    seen += histogram.counts[i];
    if (static_cast<double>(seen) >= share * static_cast<double>(count)) return histogram.bounds[i];
  }
  return std::numeric_limits<double>::infinity();
}

std::string metrics_line(const Observation& before, const Observation& now, const Labels& common) {
  const double seconds = seconds_between(before, now);
  const Snapshot& was = before.snapshot;
  const Snapshot& is = now.snapshot;
  std::vector<std::string> steps;
  std::uint64_t refused = 0;
  std::uint64_t dropped = 0;
  for (std::size_t i = 0; i < is.steps.size(); ++i) {
    const StepView none;
    const StepView& earlier = i < was.steps.size() ? was.steps[i] : none;
    const StepView& step = is.steps[i];
    if (seconds > 0) {
      steps.push_back(fmt::format("{} {}/s", step.step, rate_text(earlier.input, step.input, seconds)));
    }
    refused += step.error_count() - earlier.error_count();
    dropped += step.filtered + step.dropped_on_error - earlier.filtered - earlier.dropped_on_error;
  }
  std::optional<std::int64_t> lag;
  std::uint64_t in_flight = 0;
  std::size_t partitions = 0;
  for (const WorkerView& worker : is.workers) {
    in_flight += worker.waiting + worker.awaiting;
    partitions += worker.partitions.size();
    for (const PartitionView& partition : worker.partitions) {
      if (const auto own = partition.lag()) lag = lag.value_or(0) + *own;
    }
  }
  std::vector<std::string> labels;
  for (const auto& [name, value] : common) labels.push_back(fmt::format("{}={}", name, value));
  std::string line = fmt::format(
      "metrics {} over {:.1f} s: {}; refused {}, dropped {}; partitions {}, lag {}; in flight {}, "
      "memory {} of {} KiB",
      fmt::join(labels, " "), seconds, fmt::join(steps, ", "), refused, dropped, partitions,
      lag ? std::to_string(*lag) : "unknown", in_flight, is.memory_used >> 10U, is.memory_budget >> 10U);
  if (const HistogramView latency = since(was.end_to_end, is.end_to_end); latency.count() > 0) {
    line += "; end to end " + latency_text(latency);
  }
  if (!now.health.healthy()) line += fmt::format("; unhealthy: {}", now.health.ills.front().text);
  return line;
}

}  // namespace streams::runtime
