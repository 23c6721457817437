#include "observe/catalogue.hpp"

#include <array>
#include <cstddef>

#include <fmt/format.h>

namespace streams::runtime {
namespace {

using enum MetricKind;

constexpr std::array kRows{
    MetricRow{Metric::input_messages, "streams_pipeline_input_messages_total", counter, "step",
              "input.messages", "Records that came to the step; of a source: that it read."},
    MetricRow{Metric::input_bytes, "streams_pipeline_input_bytes_total", counter, "step", "input.bytes",
              "Bytes of the values that came to a source or a sink."},
    MetricRow{Metric::output_messages, "streams_pipeline_output_messages_total", counter, "step",
              "output.messages", "Records that the step sent on; of a sink: that were acknowledged."},
    MetricRow{Metric::output_bytes, "streams_pipeline_output_bytes_total", counter, "step", "output.bytes",
              "Bytes of the values that a source sent on, or that a sink's topic acknowledged."},
    MetricRow{Metric::errors, "streams_pipeline_errors_total", counter, "step error_type", "errors",
              "Records that the step refused, whatever on_error did with them: parse, function, serialize, "
              "header or produce."},
    MetricRow{Metric::dropped_messages, "streams_pipeline_dropped_messages_total", counter, "step reason",
              "dropped.messages",
              "Records that ended at the step: filtered (on purpose) or on_error (refused, and on_error is "
              "drop)."},
    MetricRow{Metric::retries, "streams_pipeline_retries_total", counter, "step", "retries",
              "Attempts of the step after the first one of a record."},
    MetricRow{Metric::dead_letters, "streams_pipeline_dead_letters_total", counter, "step", "dead_letters",
              "Records that the step refused and that went to the dead letter queue."},
    MetricRow{Metric::duration, "streams_pipeline_duration_seconds", histogram, "step", "duration",
              "Time that one record takes in the step itself, without the steps behind it; sampled."},
    MetricRow{Metric::consumer_lag, "streams_pipeline_consumer_lag_messages", gauge, "topic partition",
              "consumer.lag",
              "Records of an assigned partition that are not committed yet, as of the broker's last answer."},
    MetricRow{Metric::watermark_delay, "streams_pipeline_watermark_delay_seconds", gauge, "topic partition",
              "watermark.delay_sec",
              "Time by which the event-time watermark of a partition is behind the clock; only where event "
              "time is used."},
    MetricRow{Metric::assigned_partitions, "streams_pipeline_assigned_partitions", gauge, "",
              "assigned_partitions", "Partitions that this process reads."},
    MetricRow{Metric::rebalances, "streams_pipeline_rebalances_total", counter, "event", "rebalances",
              "Changes of a worker's partitions: assigned, revoked or lost."},
    MetricRow{Metric::commits, "streams_pipeline_commits_total", counter, "result", "commits",
              "Commits of offsets: ok or failed. A failed one is tried again."},
    MetricRow{Metric::commit_duration, "streams_pipeline_commit_duration_seconds", histogram, "",
              "commit.duration_sec", "Time from asking for a commit to its end."},
    MetricRow{Metric::end_to_end_latency, "streams_pipeline_end_to_end_latency_seconds", histogram, "",
              "consumer.latency_sec",
              "Time from a record's timestamp to its acknowledgement by a sink; sampled."},
    MetricRow{Metric::queue_messages, "streams_pipeline_queue_messages", gauge, "queue", "queue.messages",
              "Records that wait: outbox (for room in a sink) or sink (for its acknowledgement)."},
    MetricRow{Metric::in_flight_bytes, "streams_pipeline_in_flight_bytes", gauge, "", "in_flight.bytes",
              "Memory of the records that wait in these queues."},
    MetricRow{Metric::memory_used, "streams_pipeline_memory_used_bytes", gauge, "", "memory.used_bytes",
              "Bytes of batches and records that the workers keep; what clients fetch ahead is not in it."},
    MetricRow{Metric::memory_budget, "streams_pipeline_memory_budget_bytes", gauge, "", "memory.budget_bytes",
              "Bytes from which the workers take nothing new: their share of memory.budget."},
    MetricRow{Metric::workers, "streams_pipeline_workers", gauge, "state", "workers",
              "Workers by state: starting, running, draining, leaving or ended."},
    MetricRow{Metric::held_back_workers, "streams_pipeline_held_back_workers", gauge, "by",
              "held_back_workers",
              "Workers that take nothing new at the moment: by a sink, a step, memory or a commit."},
    MetricRow{Metric::library_errors, "streams_pipeline_library_errors_total", counter, "client",
              "library.errors", "Errors that the client library reported: of the consumer or the producer."},
    MetricRow{Metric::cluster_reachable, "streams_pipeline_cluster_reachable", gauge, "client",
              "cluster.reachable", "1 while the cluster of every consumer, or producer, answers; else 0."},
    MetricRow{Metric::healthy, "streams_pipeline_healthy", gauge, "", "healthy",
              "What /healthz says: 1 or 0."},
    MetricRow{Metric::ready, "streams_pipeline_ready", gauge, "", "ready", "What /readyz says: 1 or 0."},
    MetricRow{Metric::process_cpu, "process_cpu_seconds_total", counter, "", "process.cpu_seconds",
              "Processor time of this process."},
    MetricRow{Metric::process_memory, "process_resident_memory_bytes", gauge, "",
              "process.resident_memory_bytes", "Resident memory of this process."},
    MetricRow{Metric::process_start, "process_start_time_seconds", gauge, "", "process.start_time_seconds",
              "When this process started, in seconds since 1970."},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].metric != static_cast<Metric>(i)) return false;
  }
  return true;
}
static_assert(in_order());

constexpr std::string_view kPageHead = R"(# Metrics

<!-- Generated from the table in runtime/src/observe/catalogue.cpp; do not edit. -->

All measurements of a process. `--http :8080` shows them at `/metrics`; `metrics.type` in the
[deployment](../configuration.md) sends them elsewhere: `prometheus` (with `metrics.push`, to a Pushgateway), `datadog`
(DogStatsD), `log` (one line per period) or `dummy` (nowhere).

- Every sample has the labels `pipeline` (`--name`, else the pipeline's name) and `segment`, and those of
  `metrics.tags`.
- Counters are kept per worker without locks and summed when they are read. They begin at 0 with the process.
- Durations are measured on samples: at most 100 records a second and worker. Their histograms show how values are
  spread; their counts say nothing about how many records there were.
- The names are frozen by a test. DogStatsD names stand behind `streams.pipeline.`; counters are sent as what was added
  since the last packet, durations in seconds.

| name | type | labels | DogStatsD | meaning |
|---|---|---|---|---|
)";

}  // namespace

std::span<const MetricRow> metric_catalogue() {
  return kRows;
}

const MetricRow& row_of(Metric metric) {
  return kRows[static_cast<std::size_t>(metric)];
}

std::vector<std::string> label_names(const MetricRow& row) {
  std::vector<std::string> names;
  for (std::string_view rest = row.labels; !rest.empty();) {
    const std::size_t blank = rest.find(' ');
    names.emplace_back(rest.substr(0, blank));
    rest.remove_prefix(blank == std::string_view::npos ? rest.size() : blank + 1);
  }
  return names;
}

std::string_view to_string(MetricKind kind) noexcept {
  switch (kind) {
    case counter:
      return "counter";
    case gauge:
      return "gauge";
    case histogram:
      return "histogram";
  }
  return "gauge";
}

std::string metric_names() {
  std::string text;
  for (const MetricRow& row : kRows) {
    text += fmt::format("{} {} [{}] streams.pipeline.{}\n", row.name, to_string(row.kind), row.labels,
                        row.dogstatsd);
  }
  return text;
}

std::string metrics_page() {
  std::string page(kPageHead);
  for (const MetricRow& row : kRows) {
    std::string labels;
    for (const std::string& name : label_names(row))
      labels += fmt::format("{}`{}`", labels.empty() ? "" : ", ", name);
    page += fmt::format("| `{}` | {} | {} | `{}` | {} |\n", row.name, to_string(row.kind), labels,
                        row.dogstatsd, row.help);
  }
  return page;
}

}  // namespace streams::runtime
