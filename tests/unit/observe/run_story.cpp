#include "unit/observe/run_story.hpp"

#include <utility>

#include <streams/streams.hpp>

#include "observe/histogram.hpp"

namespace streams::tests {

using namespace std::chrono_literals;

runtime::Plan story_plan() {
  const Pipeline pipeline = streaming_source("orders", "orders")
                                .apply(Map("double", [](const Bytes& b) { return b; }))
                                .apply(Filter("keep", [](const Bytes&) { return true; }))
                                .sink(StreamSink("out", "doubled"));
  const auto config = runtime::parse_config(
      "pipeline: {segments: [{steps_config: {orders: {bootstrap_servers: x}, out: {bootstrap_servers: x}}}]}",
      "story.yaml", runtime::process_environment());
  return runtime::make_plan(pipeline.graph("story"), config);
}

RunStory::RunStory() : plan(story_plan()) {
  snapshot.begun = true;
  snapshot.now = 1000s;
  snapshot.calendar = std::chrono::system_clock::time_point(std::chrono::seconds(1767225600));
  snapshot.memory_budget = 64 << 20;
  for (const char* name : {"orders", "double", "keep", "out"}) {
    runtime::StepView step;
    step.step = name;
    step.duration = runtime::DurationHistogram(runtime::step_bounds()).look();
    snapshot.steps.push_back(step);
  }
  snapshot.commit_duration = runtime::DurationHistogram(runtime::latency_bounds()).look();
  snapshot.end_to_end = runtime::DurationHistogram(runtime::latency_bounds()).look();
  runtime::WorkerView worker;
  worker.state = runtime::WorkerState::running;
  worker.joined = true;
  worker.last_turn = snapshot.now;
  worker.sinks.resize(1);
  for (std::int32_t number : {0, 1}) {
    worker.partitions.push_back({.topic = "orders",
                                 .partition = number,
                                 .position = 100,
                                 .committed = 100,
                                 .end = 100,
                                 .assignment = static_cast<std::uint64_t>(number)});
  }
  snapshot.workers.push_back(worker);
  look();
}

void RunStory::look() {
  progress_ = runtime::advance(std::move(progress_), snapshot);
}

runtime::Health RunStory::health() const {
  return runtime::judge(snapshot, progress_, rule, plan.segments.front());
}

std::vector<std::string> RunStory::ills() const {
  std::vector<std::string> words;
  for (const runtime::HealthReason& reason : health().ills) words.emplace_back(reason.what);
  return words;
}

std::vector<std::string> RunStory::not_ready() const {
  std::vector<std::string> words;
  for (const runtime::HealthReason& reason : health().not_ready) words.emplace_back(reason.what);
  return words;
}

}  // namespace streams::tests
