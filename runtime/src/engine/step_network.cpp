#include "engine/step_network.hpp"

#include <algorithm>
#include <utility>

#include "engine/repartition_steps.hpp"
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
      const auto sink =
          std::find_if(segment.sinks.begin(), segment.sinks.end(), [&](const PlannedSink& s) {
            return s.node == planned.node && !s.internal && !s.dead_letters;
          });
      step.op = std::make_unique<StreamSinkStep>(static_cast<std::size_t>(sink - segment.sinks.begin()),
                                                 outbox, worker, *step.host);
    }
    if (step.op != nullptr && planned.retry.max_attempts > 1 && !node.retries_itself) {
      step.retry = std::make_unique<RetryStep>(*step.op, *step.host, *node.input, planned.retry, worker,
                                               static_cast<std::uint32_t>(planned.node + 1));
    }
    if (step.op != nullptr) step.probe = std::make_unique<Probe>(*step.entry(), probe_time_, worker.clock);
    steps_.push_back(std::move(step));
    by_node_[planned.node] = &steps_.back();
  }
  make_cuts(plan, worker, outbox);
  for (Step& step : steps_) {
    if (step.op != nullptr) join(step);
  }
  for (std::size_t i = 0; i < segment.sources.size(); ++i) {
    const PlannedSource& source = segment.sources[i];
    if (source.internal) {
      const auto entry = std::find_if(cut_entries_.begin(), cut_entries_.end(),
                                      [i](const CutEntry& cut) { return cut.source == i; });
      entries_.push_back(entry->reader.get());
      measured_entries_.push_back(entry->reader.get());
      continue;
    }
    entries_.push_back(behind(source.node, nullptr));
    const auto step = std::find_if(steps_.begin(), steps_.end(), [this](const Step& s) {
      return s.op != nullptr && s.entry() == entries_.back();
    });
    measured_entries_.push_back(step == steps_.end() ? entries_.back() : step->probe.get());
  }
  plain_entries_ = entries_;
  plain_wires_ = wires_;
}

void StepNetwork::make_cuts(const Plan& plan, WorkerSteps& worker, Outbox& outbox) {
  const std::vector<Node>& nodes = graph_.nodes();
  const auto crosses_as_it_is = [](const Node& from) {
    return from.output->name == PayloadType::of<Bytes>().name;
  };
  for (std::size_t i = 0; i < segment_.sinks.size(); ++i) {
    if (!segment_.sinks[i].internal) continue;
    const InternalTopic& topic = plan.internal_topics[*segment_.sinks[i].internal];
    StepHost& host = *by_node_[topic.from]->host;
    CutExit cut{.from = topic.from, .to = topic.to, .encoder = nullptr, .writer = nullptr};
    cut.writer = std::make_unique<RepartitionWriter>(i, outbox, worker, host);
    cut.writer->open(host, nullptr);
    if (!crosses_as_it_is(nodes[topic.from])) {
      cut.encoder = nodes[topic.from].output->make_encoder();
      cut.encoder->open(host, cut.writer.get());
    }
    cut_exits_.push_back(std::move(cut));
  }
  for (std::size_t i = 0; i < segment_.sources.size(); ++i) {
    if (!segment_.sources[i].internal) continue;
    const InternalTopic& topic = plan.internal_topics[*segment_.sources[i].internal];
    Step& step = *by_node_[topic.to];
    CutEntry cut{.source = i, .from = topic.from, .to = topic.to, .reader = nullptr, .decoder = nullptr};
    cut.reader = std::make_unique<RepartitionReader>();
    if (!crosses_as_it_is(nodes[topic.from])) cut.decoder = nodes[topic.from].output->make_decoder();
    if (cut.decoder != nullptr) {
      cut.reader->open(*step.host, cut.decoder.get());
      cut.decoder->open(*step.host, step.entry());
    } else {
      cut.reader->open(*step.host, step.entry());
    }
    wires_.push_back({.from = &cut.last(), .step = step.entry(), .probe = step.probe.get()});
    cut_entries_.push_back(std::move(cut));
  }
}

void StepNetwork::join(Step& step) {
  const Node& node = graph_.nodes()[step.node];
  if (node.ports.empty()) {
    step.next = behind(step.node, step.op.get());
    step.op->open(*step.host, step.next);
    return;
  }
  auto& fork = static_cast<PortedOperator&>(*step.op);
  std::vector<std::size_t> to;
  std::vector<Operator*> ways;
  for (const std::string& port : node.ports) {
    to.push_back(*graph_.find(port));
    ways.push_back(way(step.node, to.back()));
  }
  fork.open_ports(std::move(ways));
  wire_ports(fork, to);
  fork.open(*step.host, nullptr);
}

Operator* StepNetwork::way(std::size_t from, std::size_t to) const {
  const auto exit = std::find_if(cut_exits_.begin(), cut_exits_.end(),
                                 [&](const CutExit& cut) { return cut.from == from && cut.to == to; });
  if (exit != cut_exits_.end()) return exit->entry();
  return by_node_[to] == nullptr ? nullptr : by_node_[to]->entry();
}

Operator* StepNetwork::behind(std::size_t from, Operator* step) {
  std::vector<std::size_t> to;
  for (const std::size_t output : graph_.nodes()[from].outputs) {
    if (way(from, output) != nullptr) to.push_back(output);
  }
  if (to.empty()) return nullptr;
  if (to.size() > 1) return fork_of(from, to);
  Operator* const next = way(from, to.front());
  Step* const target = by_node_[to.front()];
  if (step != nullptr && target != nullptr && next == target->entry())
    wires_.push_back({.from = step, .step = next, .probe = target->probe.get()});
  return next;
}

Operator* StepNetwork::fork_of(std::size_t from, const std::vector<std::size_t>& to) {
  std::vector<Operator*> ways;
  for (const std::size_t output : to) ways.push_back(way(from, output));
  FanOut& fork =
      *forks_.emplace_back(std::make_unique<FanOut>(*graph_.nodes()[from].output, std::move(ways)));
  std::vector<std::size_t> wired = to;
  wire_ports(fork, wired);
  return &fork;
}

void StepNetwork::wire_ports(PortedOperator& fork, const std::vector<std::size_t>& to) {
  for (std::size_t port = 0; port < to.size(); ++port) {
    Step* const target = by_node_[to[port]];
    Operator* const next = fork.redirect_port(port, nullptr);
    fork.redirect_port(port, next);
    if (target != nullptr && next == target->entry())
      wires_.push_back({.fork = &fork, .port = port, .step = next, .probe = target->probe.get()});
  }
}

void StepNetwork::put_probes_in(bool in) const {
  for (const Wire& wire : wires_) {
    Operator* const to = in ? wire.probe : wire.step;
    if (wire.fork != nullptr) {
      wire.fork->redirect_port(wire.port, to);
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
    const PlannedSource& planned = segment_.sources[source];
    if (planned.node == tap->node() && !planned.internal) source_taps_[source].push_back(&point);
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
    if (segment_.sources[i].node == node && !segment_.sources[i].internal) return taken[i];
  }
  return by_node_[node] == nullptr || by_node_[node]->op == nullptr ? 0 : by_node_[node]->op->emitted();
}

std::uint64_t StepNetwork::input_of(const Step& step, const std::vector<std::uint64_t>& taken) const {
  if (step.op == nullptr) return emitted(step.node, taken);
  std::uint64_t sum = 0;
  for (const std::size_t input : graph_.nodes()[step.node].inputs) sum += passed_on(input, step.node, taken);
  return sum;
}

std::uint64_t StepNetwork::passed_on(std::size_t from, std::size_t to,
                                     const std::vector<std::uint64_t>& taken) const {
  for (const CutEntry& cut : cut_entries_) {
    if (cut.from == from && cut.to == to) return cut.last().emitted();
  }
  const std::vector<std::string>& ports = graph_.nodes()[from].ports;
  if (ports.empty() || by_node_[from] == nullptr) return emitted(from, taken);
  const auto port = std::find(ports.begin(), ports.end(), graph_.nodes()[to].name) - ports.begin();
  return static_cast<const PortedOperator&>(*by_node_[from]->op).emitted_by(static_cast<std::size_t>(port));
}

void StepNetwork::forget(PartitionId partition) {
  for (Step& step : steps_) {
    step.host->forget(partition);
    if (step.op != nullptr) step.op->forget(partition);
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
                      .retried = step.retried()});
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
    view.retries = step.retried();
    view.dead_letters = step.host->dead_letter_count();
    if (step.probe != nullptr) view.duration = step.probe->look();
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace streams::runtime
