#include <streams/testing/driver.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <streams/runtime/config.hpp>
#include <streams/runtime/plan.hpp>
#include <streams/testing/virtual_clock.hpp>

#include "engine/memory_budget.hpp"
#include "engine/run_results.hpp"
#include "engine/worker.hpp"
#include "plan/identity.hpp"
#include "testing/memory_broker.hpp"

namespace streams::testing {
namespace {

using runtime::DeploymentConfig;

DeploymentConfig deployment(const std::string& yaml) {
  DeploymentConfig config = yaml.empty()
                                ? DeploymentConfig{}
                                : runtime::parse_config(yaml, "driver.yaml", runtime::process_environment());
  if (config.pipeline.segments.empty()) config.pipeline.segments.emplace_back();
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
  /// One worker of one segment.
  struct Running {
    MemorySource* source = nullptr;
    std::unique_ptr<runtime::Worker> worker;
  };

  Body(const Pipeline& pipeline, const DriverOptions& options)
      : broker_(options.partitions),
        plan_(plan(pipeline, options)),
        separate_(options.separate_segments),
        budget_(plan_.memory_budget) {
    broker_.sink_room = options.sink_room;
    start();
  }

  void start() {
    if (!running_.empty()) throw std::logic_error("Driver::start(): it runs already");
    if (separate_) {
      for (const runtime::Segment& segment : plan_.segments) start(segment);
    } else {
      start(plan_.whole);
    }
    run();
  }

  void start(const runtime::Segment& segment) {
    std::vector<std::string> topics;
    for (const runtime::PlannedSink& sink : segment.sinks) topics.push_back(sink.topic);
    for (std::size_t i = 0; i < segment.workers; ++i) {
      auto source = std::make_unique<MemorySource>(broker_, segment.sources, i, segment.workers);
      Running running{source.get(), nullptr};
      runtime::WorkerIo io{.waiter = std::make_unique<NoWaiter>(),
                           .sink = std::make_unique<MemorySink>(broker_, topics),
                           .source = std::move(source)};
      running.worker =
          std::make_unique<runtime::Worker>(plan_, segment, i, std::move(io), budget_, clock_, log_);
      if (absl::Status status = running.worker->start(); !status.ok())
        throw std::runtime_error(std::string(status.message()));
      running_.push_back(std::move(running));
    }
  }

  void crash() { running_.clear(); }

  void run() {
    for (bool moved = true; moved;) {
      moved = false;
      for (const Running& running : running_) moved |= !running.worker->ended() && running.worker->turn();
    }
  }

  void advance(std::chrono::nanoseconds by) {
    run();
    const auto end = clock_.now() + by;
    while (clock_.now() < end) {
      auto step = end - clock_.now();
      for (const Running& running : running_) {
        // A worker that waits for nothing but a call is not asked more often than every millisecond.
        if (!running.worker->ended()) {
          step = std::min(step, std::max<std::chrono::nanoseconds>(running.worker->time_to_wait(),
                                                                   std::chrono::milliseconds(1)));
        }
      }
      clock_.advance(step);
      run();
    }
  }

  bool settle(std::chrono::nanoseconds at_most) {
    run();
    const auto end = clock_.now() + at_most;
    while (!settled() && clock_.now() < end) advance(std::chrono::milliseconds(1));
    return !running_.empty() &&
           std::all_of(running_.begin(), running_.end(), [](const Running& r) { return r.worker->idle(); });
  }

  bool ended() const {
    return std::all_of(running_.begin(), running_.end(),
                       [](const Running& running) { return running.worker->ended(); });
  }

  void request_stop() {
    for (const Running& running : running_) running.worker->request_stop();
  }

  runtime::RunResult stop() {
    request_stop();
    while (!ended()) advance(std::chrono::milliseconds(1));
    return result();
  }

  runtime::RunResult result() const {
    std::vector<runtime::RunResult> results;
    for (const Running& running : running_) results.push_back(running.worker->result());
    return runtime::merged(std::move(results));
  }

  runtime::Snapshot look() const {
    runtime::Snapshot snapshot;
    snapshot.now = clock_.now();
    snapshot.calendar = clock_.calendar();
    snapshot.memory_used = static_cast<std::uint64_t>(std::max<std::int64_t>(0, budget_.used()));
    snapshot.memory_budget = static_cast<std::uint64_t>(budget_.limit());
    snapshot.begun = !running_.empty();
    for (const Running& running : running_) running.worker->look(snapshot);
    return snapshot;
  }

  bool settled() const {
    return std::all_of(running_.begin(), running_.end(), [](const Running& running) {
      return running.worker->ended() || running.worker->idle();
    });
  }

  /// Who reads that partition.
  const Running& reader_of(std::string_view topic, std::int32_t partition) const {
    for (const Running& running : running_) {
      if (running.source->serves(topic, partition)) return running;
    }
    throw std::invalid_argument("Driver: nothing reads topic " + std::string(topic));
  }

  const runtime::PlannedSource* planned_source(std::string_view topic) const {
    for (const runtime::PlannedSource& source : plan_.whole.sources) {
      if (source.topic == topic) return &source;
    }
    return nullptr;
  }

  runtime::Plan plan(const Pipeline& pipeline, const DriverOptions& options) const {
    const DeploymentConfig config = deployment(options.config);
    const Graph graph = pipeline.graph("driver");
    const runtime::ConnectorContext context{runtime::planning::pipeline_name(graph, config), &clock_, nullptr,
                                            runtime::process_environment()};
    return runtime::make_plan(runtime::with_connectors(graph, options.connectors, context), config,
                              {.bootstrap_servers = false});
  }

 private:
  friend Driver;

  MemoryBroker broker_;
  VirtualClock clock_;
  KeptLog log_;
  const runtime::Plan plan_;
  const bool separate_;
  runtime::MemoryBudget budget_;
  std::vector<Running> running_;
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
  const runtime::PlannedSource* source = body_->planned_source(topic);
  if (found == nullptr || source == nullptr) return -1;
  const auto group = found->committed.find(source->group);
  return group == found->committed.end() ? -1 : group->second.at(static_cast<std::size_t>(partition));
}

void Driver::request_stop() {
  body_->request_stop();
}
runtime::RunResult Driver::stop() {
  return body_->stop();
}
bool Driver::ended() const {
  return body_->ended();
}
runtime::RunResult Driver::result() const {
  return body_->result();
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
void Driver::revoke(std::string_view topic, std::int32_t partition) {
  body_->reader_of(topic, partition).source->ask(MemorySource::Ask::revoke, topic, partition);
}
void Driver::lose(std::string_view topic, std::int32_t partition) {
  body_->reader_of(topic, partition).source->ask(MemorySource::Ask::lose, topic, partition);
}
void Driver::assign(std::string_view topic, std::int32_t partition) {
  body_->reader_of(topic, partition).source->ask(MemorySource::Ask::assign, topic, partition);
}
bool Driver::holds(std::string_view topic, std::int32_t partition) const {
  return body_->reader_of(topic, partition).source->id_of(topic, partition).has_value();
}
void Driver::rewind(std::string_view topic, std::int32_t partition) {
  const Body::Running& reader = body_->reader_of(topic, partition);
  const auto id = reader.source->id_of(topic, partition);
  if (!id) throw std::invalid_argument("Driver: partition " + std::to_string(partition) + " is not held");
  reader.worker->rewind(*id);
}

}  // namespace streams::testing
