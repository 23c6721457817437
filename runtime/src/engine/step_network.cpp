#include "engine/step_network.hpp"

#include <algorithm>
#include <utility>

#include "engine/stream_sink_step.hpp"

namespace streams::runtime {

StepNetwork::StepNetwork(const Plan& plan, const Segment& segment, WorkerSteps& worker, Outbox& outbox)
    : graph_(plan.graph), segment_(segment), by_node_(plan.graph.nodes().size(), nullptr) {
  const std::vector<Node>& nodes = graph_.nodes();
  steps_.reserve(segment.steps.size());
  for (const PlannedStep& planned : segment.steps) {
    const Node& node = nodes[planned.node];
    Step step{planned.node, std::make_unique<StepHost>(worker, planned, node), nullptr};
    if (node.make) {
      step.op = node.make(planned.options);
    } else if (node.role == NodeRole::sink) {
      const auto sink = std::find_if(segment.sinks.begin(), segment.sinks.end(),
                                     [&](const PlannedSink& s) { return s.node == planned.node; });
      step.op = std::make_unique<StreamSinkStep>(static_cast<std::size_t>(sink - segment.sinks.begin()),
                                                 outbox, worker, *step.host);
    }
    steps_.push_back(std::move(step));
    by_node_[planned.node] = &steps_.back();
  }
  for (Step& step : steps_) {
    if (step.op != nullptr) step.op->open(*step.host, behind(nodes[step.node]));
  }
  for (const PlannedSource& source : segment.sources) entries_.push_back(behind(nodes[source.node]));
}

Operator* StepNetwork::behind(const Node& node) {
  std::vector<Operator*> next;
  for (const std::size_t output : node.outputs) {
    if (by_node_[output] != nullptr) next.push_back(by_node_[output]->op.get());
  }
  if (next.empty()) return nullptr;
  if (next.size() == 1) return next.front();
  forks_.push_back(std::make_unique<FanOut>(*node.output, std::move(next)));
  return forks_.back().get();
}

std::chrono::nanoseconds StepNetwork::poll(std::chrono::nanoseconds now) {
  std::chrono::nanoseconds next = Operator::kNever;
  for (Step& step : steps_) {
    if (step.op != nullptr) next = std::min(next, step.op->poll(now));
  }
  return next;
}

void StepNetwork::flush() {
  for (Step& step : steps_) {
    if (step.op != nullptr) step.op->flush();
  }
}

std::vector<StepCounts> StepNetwork::counts(const std::vector<std::uint64_t>& taken) const {
  const auto emitted = [&](std::size_t node) -> std::uint64_t {
    for (std::size_t i = 0; i < segment_.sources.size(); ++i) {
      if (segment_.sources[i].node == node) return taken[i];
    }
    return by_node_[node] == nullptr || by_node_[node]->op == nullptr ? 0 : by_node_[node]->op->emitted();
  };
  std::vector<StepCounts> counts;
  for (const Step& step : steps_) {
    const Node& node = graph_.nodes()[step.node];
    StepCounts count{
        .step = node.name, .dropped = step.host->dropped_count(), .errors = step.host->error_count()};
    for (const std::size_t input : node.inputs) count.input += emitted(input);
    if (step.op == nullptr) count.input = emitted(step.node);
    counts.push_back(std::move(count));
  }
  return counts;
}

}  // namespace streams::runtime
