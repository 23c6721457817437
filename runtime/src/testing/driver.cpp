#include <streams/testing/driver.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <streams/runtime/config.hpp>
#include <streams/runtime/plan.hpp>
#include <streams/testing/virtual_clock.hpp>

#include "engine/memory_budget.hpp"
#include "engine/worker.hpp"
#include "testing/memory_broker.hpp"

namespace streams::testing {
namespace {

using runtime::DeploymentConfig;
using runtime::StepConfig;

DeploymentConfig deployment(const Graph& graph, const std::string& yaml) {
  DeploymentConfig config = yaml.empty()
                                ? DeploymentConfig{}
                                : runtime::parse_config(yaml, "driver.yaml", runtime::process_environment());
  if (config.pipeline.segments.empty()) config.pipeline.segments.emplace_back();
  runtime::SegmentConfig& segment = config.pipeline.segments.front();
  for (const Node& node : graph.nodes()) {
    if (node.stream.empty()) continue;
    auto step = std::find_if(segment.steps.begin(), segment.steps.end(),
                             [&](const StepConfig& s) { return s.name == node.name; });
    if (step == segment.steps.end()) {
      StepConfig added;
      added.name = node.name;
      segment.steps.push_back(std::move(added));
      step = std::prev(segment.steps.end());
    }
    if (step->bootstrap_servers.empty()) step->bootstrap_servers = {"memory"};
  }
  return config;
}

}  // namespace

class Driver::Body {
 private:
  class KeptLog final : public runtime::Log {
   public:
    void write(runtime::LogLevel, std::string_view text) override { lines.emplace_back(text); }
    std::vector<std::string> lines;
  };

  /// The test drives the worker itself, so there is nothing to sleep for.
  class NoWaiter final : public runtime::Waiter {
   public:
    void wait(std::chrono::nanoseconds) override {}
    void wake() override {}
  };

 public:
  Body(const Pipeline& pipeline, const DriverOptions& options)
      : broker_(options.partitions), plan_(plan(pipeline, options)), budget_(plan_.memory_budget) {
    broker_.sink_room = options.sink_room;
    start();
  }

  void start() {
    if (worker_ != nullptr) throw std::logic_error("Driver::start(): it runs already");
    const runtime::Segment& segment = plan_.segments.front();
    std::vector<std::string> topics;
    for (const runtime::PlannedSink& sink : segment.sinks) topics.push_back(sink.topic);
    auto source = std::make_unique<MemorySource>(broker_, segment.sources.front().topic);
    source_ = source.get();
    runtime::WorkerIo io{.waiter = std::make_unique<NoWaiter>(),
                         .sink = std::make_unique<MemorySink>(broker_, std::move(topics)),
                         .source = std::move(source)};
    worker_ = std::make_unique<runtime::Worker>(plan_, segment, 0, std::move(io), budget_, clock_, log_);
    if (absl::Status status = worker_->start(); !status.ok())
      throw std::runtime_error(std::string(status.message()));
    run();
  }

  void crash() {
    worker_.reset();
    source_ = nullptr;
  }

  void run() {
    while (worker_ != nullptr && !worker_->ended() && worker_->turn()) {
    }
  }

  void advance(std::chrono::nanoseconds by) {
    run();
    const auto end = clock_.now() + by;
    while (clock_.now() < end) {
      auto step = end - clock_.now();
      // A worker that waits for nothing but a call is not asked more often than every millisecond.
      if (worker_ != nullptr && !worker_->ended()) {
        step = std::min(
            step, std::max<std::chrono::nanoseconds>(worker_->time_to_wait(), std::chrono::milliseconds(1)));
      }
      clock_.advance(step);
      run();
    }
  }

  bool settle(std::chrono::nanoseconds at_most) {
    run();
    const auto end = clock_.now() + at_most;
    while (!settled() && clock_.now() < end) advance(std::chrono::milliseconds(1));
    return worker_ != nullptr && worker_->idle();
  }

  runtime::RunResult stop() {
    worker_->request_stop();
    while (!worker_->ended()) advance(std::chrono::milliseconds(1));
    return worker_->result();
  }

  runtime::Snapshot look() const {
    runtime::Snapshot snapshot;
    snapshot.now = clock_.now();
    snapshot.calendar = clock_.calendar();
    snapshot.memory_used = static_cast<std::uint64_t>(std::max<std::int64_t>(0, budget_.used()));
    snapshot.memory_budget = static_cast<std::uint64_t>(budget_.limit());
    if (worker_ == nullptr) return snapshot;
    snapshot.begun = true;
    worker_->look(snapshot);
    return snapshot;
  }

  bool settled() const { return worker_ == nullptr || worker_->ended() || worker_->idle(); }

  runtime::PartitionId id_of(std::int32_t partition) const {
    const auto id = source_->id_of(partition);
    if (!id) throw std::invalid_argument("Driver: partition " + std::to_string(partition) + " is not held");
    return *id;
  }

  static runtime::Plan plan(const Pipeline& pipeline, const DriverOptions& options) {
    const Graph graph = pipeline.graph("driver");
    return runtime::make_plan(graph, deployment(graph, options.config));
  }

 private:
  friend Driver;

  MemoryBroker broker_;
  VirtualClock clock_;
  KeptLog log_;
  const runtime::Plan plan_;
  runtime::MemoryBudget budget_;
  MemorySource* source_ = nullptr;
  std::unique_ptr<runtime::Worker> worker_;
};

Driver::Driver(const Pipeline& pipeline, DriverOptions options)
    : body_(std::make_unique<Body>(pipeline, options)) {}
Driver::~Driver() = default;

void Driver::feed(std::string_view topic, const std::vector<Record>& records) {
  for (const Record& record : records) body_->broker_.append(topic, record);
}

void Driver::run() {
  body_->run();
}
void Driver::advance(std::chrono::nanoseconds by) {
  body_->advance(by);
}
bool Driver::settle(std::chrono::nanoseconds at_most) {
  return body_->settle(at_most);
}

std::vector<Record> Driver::output(std::string_view topic) const {
  const MemoryBroker::Topic* found = body_->broker_.find(topic);
  return found == nullptr ? std::vector<Record>() : found->arrivals;
}

std::vector<std::string> Driver::values(std::string_view topic) const {
  std::vector<std::string> values;
  for (const Record& record : output(topic)) values.push_back(record.value.value_or(""));
  return values;
}

std::int64_t Driver::committed(std::string_view topic, std::int32_t partition) const {
  const MemoryBroker::Topic* found = body_->broker_.find(topic);
  return found == nullptr ? -1 : found->committed.at(static_cast<std::size_t>(partition));
}

runtime::RunResult Driver::stop() {
  return body_->stop();
}
bool Driver::ended() const {
  return body_->worker_ == nullptr || body_->worker_->ended();
}
runtime::RunResult Driver::result() const {
  return body_->worker_->result();
}
const std::vector<std::string>& Driver::log() const {
  return body_->log_.lines;
}

runtime::Snapshot Driver::look() const {
  return body_->look();
}
VirtualClock& Driver::clock() {
  return body_->clock_;
}

void Driver::crash() {
  body_->crash();
}
void Driver::start() {
  body_->start();
}
void Driver::cork_sink() {
  body_->broker_.corked = true;
}
void Driver::uncork_sink() {
  body_->broker_.corked = false;
}
void Driver::refuse_next(std::string_view topic, std::string text) {
  body_->broker_.refuse_next.insert_or_assign(std::string(topic), std::move(text));
}
void Driver::fail_commits(int count) {
  body_->broker_.failing_commits = count;
}
void Driver::fail_source(absl::Status status) {
  body_->broker_.source_failure = std::move(status);
}
void Driver::fail_sink(absl::Status status) {
  body_->broker_.sink_failure = std::move(status);
}
void Driver::revoke(std::string_view, std::int32_t partition) {
  body_->source_->ask_revoke(partition);
}
void Driver::lose(std::string_view, std::int32_t partition) {
  body_->source_->ask_lose(partition);
}
void Driver::assign(std::string_view, std::int32_t partition) {
  body_->source_->ask_assign(partition);
}
bool Driver::holds(std::string_view, std::int32_t partition) const {
  return body_->source_->id_of(partition).has_value();
}
void Driver::rewind(std::string_view, std::int32_t partition) {
  body_->worker_->rewind(body_->id_of(partition));
}

}  // namespace streams::testing
