#include "observe/status_page.hpp"

#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <streams/error.hpp>

#include "observe/metrics_line.hpp"
#include "observe/printable.hpp"
#include "plan/json_writer.hpp"

namespace streams::runtime {
namespace {

/// A JSON object that is written member by member.
class Object {
 public:
  explicit Object(planning::JsonWriter& json) : json_(json) { json_.begin_object(); }
  ~Object() { json_.end_object(); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  void text(std::string_view name, std::string_view value) {
    json_.key(name);
    json_.text(printable(value));
  }
  void flag(std::string_view name, bool value) {
    json_.key(name);
    json_.bare(value ? "true" : "false");
  }
  template <class T>
  void number(std::string_view name, T value) {
    json_.key(name);
    if constexpr (std::is_floating_point_v<T>) {
      json_.bare(std::isfinite(value) ? fmt::format("{:.6g}", value) : "null");
    } else {
      json_.bare(std::to_string(value));
    }
  }
  template <class T>
  void number(std::string_view name, const std::optional<T>& value) {
    if (value) return number(name, *value);
    json_.key(name);
    json_.bare("null");
  }

 private:
  planning::JsonWriter& json_;
};

std::string time_text(std::chrono::system_clock::time_point time) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(milliseconds / 1000)), milliseconds % 1000);
}

void write_reasons(planning::JsonWriter& json, std::string_view name, const std::vector<HealthReason>& list) {
  json.key(name);
  json.begin_array();
  for (const HealthReason& reason : list) {
    Object object(json);
    object.text("what", reason.what);
    object.number("worker", reason.worker);
    object.text("text", reason.text);
  }
  json.end_array();
}

class StatusPage {
 public:
  StatusPage(const Plan& plan, const Segment& segment, const Observation& before, const Observation& now)
      : plan_(plan),
        segment_(segment),
        before_(before),
        now_(now),
        seconds_(std::chrono::duration<double>(now.snapshot.now - before.snapshot.now).count()) {}

  std::string write(const RunLabels& labels) {
    {
      Object root(json_);
      root.text("pipeline", plan_.pipeline);
      root.text("label", labels.pipeline);
      root.text("segment", segment_.label());
      root.text("time", time_text(now_.snapshot.calendar));
      root.number("started", static_cast<std::int64_t>(now_.process.started));
      root.number("rates_over_seconds", seconds_ > 0 ? std::optional(seconds_) : std::nullopt);
      json_.key("health");
      health();
      json_.key("steps");
      json_.begin_array();
      for (std::size_t i = 0; i < now_.snapshot.steps.size(); ++i) step(i);
      json_.end_array();
      json_.key("sinks");
      json_.begin_array();
      for (std::size_t i = 0; i < segment_.sinks.size(); ++i) sink(i);
      json_.end_array();
      json_.key("workers");
      json_.begin_array();
      for (const WorkerView& each : now_.snapshot.workers) worker(each);
      json_.end_array();
      json_.key("memory");
      {
        Object memory(json_);
        memory.number("used_bytes", now_.snapshot.memory_used);
        memory.number("budget_bytes", now_.snapshot.memory_budget);
        memory.number("resident_bytes", now_.process.resident_bytes);
      }
      root.number("cpu_seconds", now_.process.cpu_seconds);
      root.number("cpu_share", rate(now_.process.cpu_seconds - before_.process.cpu_seconds));
      json_.key("commit_seconds");
      histogram(now_.snapshot.commit_duration);
      json_.key("end_to_end_seconds");
      histogram(now_.snapshot.end_to_end);
      json_.key("refusals");
      json_.begin_array();
      for (const RefusalView& each : now_.snapshot.refusals) refusal(each);
      json_.end_array();
    }
    return json_.take();
  }

 private:
  std::optional<double> rate(double difference) const {
    return seconds_ > 0 ? std::optional(difference / seconds_) : std::nullopt;
  }
  std::optional<double> rate(std::uint64_t before, std::uint64_t now) const {
    return rate(static_cast<double>(now) - static_cast<double>(before));
  }

  void health() {
    Object object(json_);
    object.flag("healthy", now_.health.healthy());
    object.flag("ready", now_.health.ready());
    write_reasons(json_, "ills", now_.health.ills);
    write_reasons(json_, "not_ready", now_.health.not_ready);
  }

  void histogram(const HistogramView& view) {
    if (view.count() == 0) return json_.bare("null");
    Object object(json_);
    object.number("samples", view.count());
    object.number("mean", view.sum / static_cast<double>(view.count()));
    object.number("p50_at_most", quantile(view, 0.5));
    object.number("p99_at_most", quantile(view, 0.99));
  }

  void step(std::size_t index) {
    const StepView& is = now_.snapshot.steps[index];
    const bool known = index < before_.snapshot.steps.size();
    const StepView none;
    const StepView& was = known ? before_.snapshot.steps[index] : none;
    Object object(json_);
    object.text("step", is.step);
    if (const auto node = plan_.graph.find(is.step)) object.text("kind", plan_.graph.nodes()[*node].kind);
    object.number("input", is.input);
    object.number("output", is.output);
    object.number("input_per_second", rate(was.input, is.input));
    object.number("output_per_second", rate(was.output, is.output));
    object.number("input_bytes", is.input_bytes);
    object.number("output_bytes", is.output_bytes);
    object.number("filtered", is.filtered);
    object.number("dropped_on_error", is.dropped_on_error);
    object.number("errors", is.error_count());
    object.number("errors_per_second", rate(was.error_count(), is.error_count()));
    json_.key("errors_by_type");
    {
      Object kinds(json_);
      for (std::size_t i = 0; i < is.errors.size(); ++i) {
        if (is.errors[i] != 0) kinds.number(to_string(static_cast<StepErrorKind>(i)), is.errors[i]);
      }
    }
    object.number("retries", is.retries);
    object.number("dead_letters", is.dead_letters);
    object.number("in_flight", in_flight(is.step));
    json_.key("seconds");
    histogram(is.duration);
  }

  /// Records on their way to the sink of that step; nothing when it is no sink.
  std::optional<std::uint64_t> in_flight(std::string_view step) const {
    for (std::size_t i = 0; i < segment_.sinks.size(); ++i) {
      if (segment_.sinks[i].name == step) return in_flight(i);
    }
    return std::nullopt;
  }
  std::uint64_t in_flight(std::size_t sink) const {
    std::uint64_t sum = 0;
    for (const WorkerView& worker : now_.snapshot.workers) {
      if (sink < worker.sinks.size()) sum += worker.sinks[sink].sent - worker.sinks[sink].settled;
    }
    return sum;
  }

  void sink(std::size_t index) {
    const PlannedSink& planned = segment_.sinks[index];
    Object object(json_);
    object.text("name", planned.name);
    object.text("topic", planned.topic);
    object.flag("dead_letters", planned.dead_letters);
    object.number("in_flight", in_flight(index));
  }

  void connection(std::string_view name, const Connection& view) {
    json_.key(name);
    Object object(json_);
    object.flag("reachable", view.reachable);
    object.number("errors", view.errors);
  }

  void worker(const WorkerView& view) {
    Object object(json_);
    object.number("worker", view.worker);
    object.text("state", to_string(view.state));
    object.text("held_back", to_string(view.held_back));
    object.text("held_by", view.held_by);
    object.flag("joined", view.joined);
    object.flag("revoking", view.revoking);
    object.number("turn_age_seconds",
                  std::chrono::duration<double>(now_.snapshot.now - view.last_turn).count());
    object.number("taken", view.taken);
    object.number("passed", view.passed);
    object.number("waiting", view.waiting);
    object.number("awaiting", view.awaiting);
    object.number("in_flight_bytes", view.in_flight_bytes);
    object.number("commits", view.commits);
    object.number("failed_commits", view.failed_commits);
    object.number("assigned", view.assigned);
    object.number("revoked", view.revoked);
    object.number("lost", view.lost);
    connection("source", view.source);
    connection("sink", view.sink);
    json_.key("partitions");
    json_.begin_array();
    for (const PartitionView& partition : view.partitions) {
      Object part(json_);
      part.text("topic", partition.topic);
      part.number("partition", partition.partition);
      part.number("position", partition.position);
      part.number("committed", partition.committed);
      part.number("end", partition.end < 0 ? std::nullopt : std::optional(partition.end));
      part.number("lag", partition.lag());
      part.flag("parked", partition.parked);
    }
    json_.end_array();
  }

  void refusal(const RefusalView& view) {
    Object object(json_);
    object.text("time", time_text(view.time));
    object.text("step", view.step);
    object.text("error", to_string(view.kind));
    object.text("message", view.message);
    object.text("topic", view.topic);
    object.number("partition", view.partition);
    object.number("offset", view.offset);
  }

  const Plan& plan_;
  const Segment& segment_;
  const Observation& before_;
  const Observation& now_;
  const double seconds_;
  planning::JsonWriter json_;
};

std::string reasons_json(std::string_view status, const std::vector<HealthReason>& list) {
  planning::JsonWriter json;
  {
    Object root(json);
    root.text("status", status);
    write_reasons(json, "reasons", list);
  }
  return json.take();
}

}  // namespace

std::string status_json(const Plan& plan, const Segment& segment, const RunLabels& labels,
                        const Observation& before, const Observation& now) {
  return StatusPage(plan, segment, before, now).write(labels);
}

std::string health_json(const Health& health) {
  return reasons_json(health.healthy() ? "healthy" : "unhealthy", health.ills);
}

std::string readiness_json(const Health& health) {
  return reasons_json(health.ready() ? "ready" : "not ready", health.not_ready);
}

}  // namespace streams::runtime
