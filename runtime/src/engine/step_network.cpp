#include "engine/step_network.hpp"

#include <algorithm>
#include <utility>

#include "engine/stream_sink_step.hpp"

namespace streams::runtime {

StepNetwork::StepNetwork(const Plan& plan, const Segment& segment, WorkerSteps& worker, Outbox& outbox)
    : graph_(plan.graph),
      segment_(segment),
      by_node_(plan.graph.nodes().size(), nullptr),
      clock_(worker.clock),
      source_taps_(segment.sources.size()) {
  const std::vector<Node>& nodes = graph_.nodes();
  steps_.reserve(segment.steps.size());
  for (const PlannedStep& planned : segment.steps) {
    const Node& node = nodes[planned.node];
    Step step;
    step.node = planned.node;
    step.host = std::make_unique<StepHost>(worker, planned, node);
    if (node.make) {
      step.op = node.make(planned.options);
    } else if (node.role == NodeRole::sink) {
      const auto sink = std::find_if(segment.sinks.begin(), segment.sinks.end(),
                                     [&](const PlannedSink& s) { return s.node == planned.node; });
      step.op = std::make_unique<StreamSinkStep>(static_cast<std::size_t>(sink - segment.sinks.begin()),
                                                 outbox, worker, *step.host);
    }
    if (step.op != nullptr && planned.retry.max_attempts > 1) {
      step.retry = std::make_unique<RetryStep>(*step.op, *step.host, *node.input, planned.retry, worker,
                                               static_cast<std::uint32_t>(planned.node + 1));
    }
    if (step.op != nullptr) step.probe = std::make_unique<Probe>(*step.entry(), probe_time_, worker.clock);
    steps_.push_back(std::move(step));
    by_node_[planned.node] = &steps_.back();
  }
  for (Step& step : steps_) {
    if (step.op == nullptr) continue;
    step.next = behind(nodes[step.node], step.op.get());
    step.op->open(*step.host, step.next);
  }
  for (const PlannedSource& source : segment.sources) {
    entries_.push_back(behind(nodes[source.node], nullptr));
    const auto step = std::find_if(steps_.begin(), steps_.end(), [this](const Step& s) {
      return s.op != nullptr && s.entry() == entries_.back();
    });
    measured_entries_.push_back(step == steps_.end() || step->op == nullptr ? entries_.back()
                                                                            : step->probe.get());
  }
  plain_entries_ = entries_;
  plain_wires_ = wires_;
}

Operator* StepNetwork::behind(const Node& node, Operator* from) {
  std::vector<Step*> next;
  for (const std::size_t output : node.outputs) {
    if (by_node_[output] != nullptr) next.push_back(by_node_[output]);
  }
  if (next.empty()) return nullptr;
  if (next.size() == 1) {
    Step& only = *next.front();
    if (from != nullptr) wires_.push_back({.from = from, .step = only.entry(), .probe = only.probe.get()});
    return only.entry();
  }
  std::vector<Operator*> targets;
  for (const Step* step : next) targets.push_back(step->entry());
  FanOut& fork = *forks_.emplace_back(std::make_unique<FanOut>(*node.output, std::move(targets)));
  for (std::size_t i = 0; i < next.size(); ++i) {
    wires_.push_back({.fork = &fork, .target = i, .step = next[i]->entry(), .probe = next[i]->probe.get()});
  }
  return &fork;
}

void StepNetwork::put_probes_in(bool in) const {
  for (const Wire& wire : wires_) {
    Operator* const to = in ? wire.probe : wire.step;
    if (wire.fork != nullptr) {
      wire.fork->redirect_target(wire.target, to);
    } else {
      wire.from->redirect(to);
    }
  }
}

void StepNetwork::measure(std::size_t source, Envelope& envelope, void* payload) {
  for (TapPoint* const point : source_taps_[source]) point->see(envelope, payload);
  probe_time_ = {};
  put_probes_in(true);
  measured_entries_[source]->process(envelope, payload);
  put_probes_in(false);
}

void StepNetwork::follow(const TapBoard& board, std::chrono::nanoseconds now) {
  if (const std::uint64_t version = board.version(); version != taps_version_) {
    taps_version_ = version;
    untap();
    for (const std::shared_ptr<Tap>& each : board.taps()) tap(each);
    // The last thing before the records: what the entries are is settled now.
    for (std::size_t source = 0; source < source_taps_.size(); ++source) {
      for (TapPoint* const point : source_taps_[source]) tap_source(*point, source);
    }
  }
  for (const auto& point : tap_points_) point->refill(now);
}

void StepNetwork::untap() {
  for (Step& step : steps_) {
    if (step.op == nullptr) continue;
    step.op->redirect(step.next);
    step.front = step.entry();
    step.probe->aim_at(*step.front);
  }
  entries_ = plain_entries_;
  wires_ = plain_wires_;
  put_probes_in(false);
  for (auto& points : source_taps_) points.clear();
  tap_points_.clear();
}

void StepNetwork::tap(const std::shared_ptr<Tap>& tap) {
  const Node& node = graph_.nodes()[tap->node()];
  const PayloadType& type = node.output == nullptr ? *node.input : *node.output;
  TapPoint& point = *tap_points_.emplace_back(std::make_unique<TapPoint>(tap, type, clock_));
  for (std::size_t source = 0; source < segment_.sources.size(); ++source) {
    if (segment_.sources[source].node == tap->node()) source_taps_[source].push_back(&point);
  }
  Step* const step = by_node_[tap->node()];
  if (step == nullptr || step->op == nullptr) return;
  if (step->next == nullptr) return tap_sink(point, *step);
  point.redirect(step->op->redirect(&point));
  for (Wire& wire : wires_) {
    if (wire.from == step->op.get()) wire.from = &point;
  }
}

void StepNetwork::tap_source(TapPoint& point, std::size_t source) {
  point.redirect(std::exchange(entries_[source], &point));
}

void StepNetwork::tap_sink(TapPoint& point, Step& step) {
  // Whoever sent to the step sends to the point; a second one of the same step stands before the first.
  Operator* const front = std::exchange(step.front, &point);
  point.redirect(front);
  for (Wire& wire : wires_) {
    if (wire.step == front) wire.step = &point;
  }
  std::replace(entries_.begin(), entries_.end(), front, static_cast<Operator*>(&point));
  step.probe->aim_at(point);
  put_probes_in(false);
}

std::chrono::nanoseconds StepNetwork::poll(std::chrono::nanoseconds now) {
  std::chrono::nanoseconds next = Operator::kNever;
  for (Step& step : steps_) {
    if (step.retry != nullptr) next = std::min(next, step.retry->poll(now));
    if (step.op != nullptr) next = std::min(next, step.op->poll(now));
  }
  return next;
}

void StepNetwork::flush() {
  for (Step& step : steps_) {
    if (step.op != nullptr) step.op->flush();
  }
}

std::size_t StepNetwork::blocked_step() const {
  const auto found =
      std::find_if(steps_.begin(), steps_.end(), [](const Step& step) { return step.host->blocked(); });
  return found == steps_.end() ? 0 : static_cast<std::size_t>(found - steps_.begin());
}

std::uint64_t StepNetwork::emitted(std::size_t node, const std::vector<std::uint64_t>& taken) const {
  for (std::size_t i = 0; i < segment_.sources.size(); ++i) {
    if (segment_.sources[i].node == node) return taken[i];
  }
  return by_node_[node] == nullptr || by_node_[node]->op == nullptr ? 0 : by_node_[node]->op->emitted();
}

std::uint64_t StepNetwork::input_of(const Step& step, const std::vector<std::uint64_t>& taken) const {
  if (step.op == nullptr) return emitted(step.node, taken);
  std::uint64_t sum = 0;
  for (const std::size_t input : graph_.nodes()[step.node].inputs) sum += emitted(input, taken);
  return sum;
}

void StepNetwork::forget(PartitionId partition) {
  for (Step& step : steps_) {
    step.host->forget(partition);
    if (step.retry != nullptr) step.retry->forget(partition);
  }
}

std::vector<StepCounts> StepNetwork::counts(const std::vector<std::uint64_t>& taken) const {
  std::vector<StepCounts> counts;
  for (const Step& step : steps_) {
    counts.push_back({.step = graph_.nodes()[step.node].name,
                      .input = input_of(step, taken),
                      .dropped = step.host->filtered_count(),
                      .errors = step.host->error_count(),
                      .dead_letters = step.host->dead_letter_count(),
                      .retried = step.retry == nullptr ? 0 : step.retry->retried()});
  }
  return counts;
}

std::vector<StepView> StepNetwork::look(const std::vector<std::uint64_t>& taken) const {
  std::vector<StepView> views;
  for (const Step& step : steps_) {
    StepView view;
    view.step = graph_.nodes()[step.node].name;
    view.input = input_of(step, taken);
    view.output = emitted(step.node, taken);
    view.filtered = step.host->filtered_count();
    view.dropped_on_error = step.host->dropped_on_error_count();
    for (std::size_t kind = 0; kind < kStepErrorKinds; ++kind) {
      view.errors[kind] = step.host->error_count(static_cast<StepErrorKind>(kind));
    }
    view.retries = step.retry == nullptr ? 0 : step.retry->retried();
    view.dead_letters = step.host->dead_letter_count();
    if (step.probe != nullptr) view.duration = step.probe->look();
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace streams::runtime
