#include "observe/measure.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>

#include <streams/error.hpp>

namespace streams::runtime {
namespace {

using std::string;

class Measurement {
 public:
  explicit Measurement(const Observation& observation)
      : snapshot_(observation.snapshot), observation_(observation) {}

  std::vector<Sample> take() {
    for (const MetricRow& row : metric_catalogue()) measure(row);
    return std::move(samples_);
  }

 private:
  void add(const MetricRow& row, std::vector<string> values, double value) {
    samples_.push_back({&row, labels(row, std::move(values)), value, {}});
  }
  void add(const MetricRow& row, std::vector<string> values, const HistogramView& histogram) {
    if (histogram.counts.empty()) return;
    samples_.push_back({&row, labels(row, std::move(values)), 0, histogram});
  }

  static Labels labels(const MetricRow& row, std::vector<string> values) {
    Labels labels;
    const std::vector<string> names = label_names(row);
    for (std::size_t i = 0; i < values.size(); ++i) labels.emplace_back(names[i], std::move(values[i]));
    return labels;
  }

  template <class Value>
  void each_step(const MetricRow& row, Value value) {
    for (const StepView& step : snapshot_.steps) add(row, {step.step}, static_cast<double>(value(step)));
  }

  template <class Value>
  double sum(Value value) const {
    double total = 0;
    for (const WorkerView& worker : snapshot_.workers) total += static_cast<double>(value(worker));
    return total;
  }

  template <class State>
  void count_workers(const MetricRow& row, std::initializer_list<State> states, State WorkerView::*member) {
    for (const State state : states) {
      const auto in_it = std::count_if(snapshot_.workers.begin(), snapshot_.workers.end(),
                                       [&](const WorkerView& worker) { return worker.*member == state; });
      add(row, {string(to_string(state))}, static_cast<double>(in_it));
    }
  }

  void clients(const MetricRow& row, double consumer, double producer) {
    add(row, {"consumer"}, consumer);
    add(row, {"producer"}, producer);
  }

  void errors(const MetricRow& row) {
    for (const StepView& step : snapshot_.steps) {
      for (std::size_t i = 0; i < step.errors.size(); ++i) {
        // All of them from the start: a rate needs to have seen the zero before the first one.
        add(row, {step.step, string(to_string(static_cast<StepErrorKind>(i)))},
            static_cast<double>(step.errors[i]));
      }
    }
  }

  void lag(const MetricRow& row) {
    for (const WorkerView& worker : snapshot_.workers) {
      for (const PartitionView& partition : worker.partitions) {
        const auto lag = partition.lag();
        if (lag) add(row, {partition.topic, std::to_string(partition.partition)}, static_cast<double>(*lag));
      }
    }
  }

  void measure(const MetricRow& row) {
    using W = const WorkerView&;
    using S = const StepView&;
    switch (row.metric) {
      case Metric::input_messages:
        return each_step(row, [](S step) { return step.input; });
      case Metric::output_messages:
        return each_step(row, [](S step) { return step.output; });
      case Metric::input_bytes:
        for (S step : snapshot_.steps) {
          if (step.input_bytes) add(row, {step.step}, static_cast<double>(*step.input_bytes));
        }
        return;
      case Metric::output_bytes:
        for (S step : snapshot_.steps) {
          if (step.output_bytes) add(row, {step.step}, static_cast<double>(*step.output_bytes));
        }
        return;
      case Metric::errors:
        return errors(row);
      case Metric::dropped_messages:
        for (S step : snapshot_.steps) {
          add(row, {step.step, "filtered"}, static_cast<double>(step.filtered));
          add(row, {step.step, "on_error"}, static_cast<double>(step.dropped_on_error));
        }
        return;
      case Metric::retries:
        return each_step(row, [](S step) { return step.retries; });
      case Metric::dead_letters:
        return each_step(row, [](S step) { return step.dead_letters; });
      case Metric::duration:
        for (S step : snapshot_.steps) add(row, {step.step}, step.duration);
        return;
      case Metric::consumer_lag:
        return lag(row);
      case Metric::watermark_delay:
        return;  // no step uses event time yet
      case Metric::assigned_partitions:
        return add(row, {}, sum([](W worker) { return worker.partitions.size(); }));
      case Metric::rebalances:
        add(row, {"assigned"}, sum([](W worker) { return worker.assigned; }));
        add(row, {"revoked"}, sum([](W worker) { return worker.revoked; }));
        return add(row, {"lost"}, sum([](W worker) { return worker.lost; }));
      case Metric::commits:
        add(row, {"ok"}, sum([](W worker) { return worker.commits; }));
        return add(row, {"failed"}, sum([](W worker) { return worker.failed_commits; }));
      case Metric::commit_duration:
        return add(row, {}, snapshot_.commit_duration);
      case Metric::end_to_end_latency:
        return add(row, {}, snapshot_.end_to_end);
      case Metric::queue_messages:
        add(row, {"outbox"}, sum([](W worker) { return worker.waiting; }));
        return add(row, {"sink"}, sum([](W worker) { return worker.awaiting; }));
      case Metric::in_flight_bytes:
        return add(row, {}, sum([](W worker) { return worker.in_flight_bytes; }));
      case Metric::memory_used:
        return add(row, {}, static_cast<double>(snapshot_.memory_used));
      case Metric::memory_budget:
        return add(row, {}, static_cast<double>(snapshot_.memory_budget));
      case Metric::workers:
        return count_workers(row,
                             {WorkerState::starting, WorkerState::running, WorkerState::draining,
                              WorkerState::leaving, WorkerState::ended},
                             &WorkerView::state);
      case Metric::held_back_workers:
        return count_workers(row, {HeldBack::sink, HeldBack::step, HeldBack::memory, HeldBack::commit},
                             &WorkerView::held_back);
      case Metric::library_errors:
        return clients(row, sum([](W worker) { return worker.source.errors; }),
                       sum([](W worker) { return worker.sink.errors; }));
      case Metric::cluster_reachable: {
        const auto all = [this](Connection WorkerView::*end) {
          return std::all_of(snapshot_.workers.begin(), snapshot_.workers.end(),
                             [end](W worker) { return (worker.*end).reachable; });
        };
        return clients(row, all(&WorkerView::source) ? 1 : 0, all(&WorkerView::sink) ? 1 : 0);
      }
      case Metric::healthy:
        return add(row, {}, observation_.health.healthy() ? 1 : 0);
      case Metric::ready:
        return add(row, {}, observation_.health.ready() ? 1 : 0);
      case Metric::process_cpu:
        return add(row, {}, observation_.process.cpu_seconds);
      case Metric::process_memory:
        return add(row, {}, static_cast<double>(observation_.process.resident_bytes));
      case Metric::process_start:
        return add(row, {}, observation_.process.started);
    }
  }

  const Snapshot& snapshot_;
  const Observation& observation_;
  std::vector<Sample> samples_;
};

}  // namespace

std::vector<Sample> measure(const Observation& observation) {
  return Measurement(observation).take();
}

Labels common_labels(const RunLabels& labels) {
  std::set<string> ours{"pipeline", "segment", "le"};
  for (const MetricRow& row : metric_catalogue()) {
    for (const string& name : label_names(row)) ours.insert(name);
  }
  Labels common{{"pipeline", labels.pipeline}, {"segment", labels.segment}};
  for (const Param& tag : labels.tags) {
    if (!ours.contains(tag.name) && !tag.secret) common.emplace_back(tag.name, tag.value);
  }
  return common;
}

std::vector<Sample> since(const std::vector<Sample>& earlier, std::vector<Sample> now) {
  std::map<std::pair<const MetricRow*, Labels>, const Sample*> known;
  for (const Sample& sample : earlier) known.emplace(std::pair(sample.row, sample.labels), &sample);
  std::erase_if(now, [&](Sample& sample) {
    const auto found = known.find({sample.row, sample.labels});
    const Sample* before = found == known.end() ? nullptr : found->second;
    switch (sample.row->kind) {
      case MetricKind::gauge:
        return false;
      case MetricKind::counter:
        if (before != nullptr) sample.value -= before->value;
        return sample.value <= 0;
      case MetricKind::histogram:
        if (before != nullptr) {
          for (std::size_t i = 0; i < sample.histogram.counts.size(); ++i) {
            sample.histogram.counts[i] -= before->histogram.counts[i];
          }
          sample.histogram.sum -= before->histogram.sum;
        }
        return sample.histogram.count() == 0;
    }
    return false;
  });
  return now;
}

}  // namespace streams::runtime
