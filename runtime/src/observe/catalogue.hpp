#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace streams::runtime {

enum class Metric {
  input_messages,
  input_bytes,
  output_messages,
  output_bytes,
  errors,
  dropped_messages,
  retries,
  dead_letters,
  duration,
  consumer_lag,
  watermark_delay,
  assigned_partitions,
  rebalances,
  commits,
  commit_duration,
  end_to_end_latency,
  queue_messages,
  in_flight_bytes,
  memory_used,
  memory_budget,
  workers,
  held_back_workers,
  library_errors,
  cluster_reachable,
  healthy,
  ready,
  process_cpu,
  process_memory,
  process_start,
};

enum class MetricKind { counter, gauge, histogram };

/// One metric: the exposition, the DogStatsD names, the reference page and the golden list are made from this
/// row.
struct MetricRow {
  Metric metric;
  std::string_view name;  ///< for Prometheus
  MetricKind kind;
  /// Labels besides `pipeline` and `segment`, which every sample has; separated by blanks.
  std::string_view labels;
  std::string_view dogstatsd;  ///< behind `streams.pipeline.`; the original's where it has one
  std::string_view help;
};

/// All metrics, in the order of the enumeration.
std::span<const MetricRow> metric_catalogue();
const MetricRow& row_of(Metric metric);
/// The names in `MetricRow::labels`.
std::vector<std::string> label_names(const MetricRow& row);
std::string_view to_string(MetricKind kind) noexcept;

/// One line for each metric: what a release must not change.
std::string metric_names();
/// docs/operations/metrics.md.
std::string metrics_page();

}  // namespace streams::runtime
