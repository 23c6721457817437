#include <fmt/format.h>

#include <streams/runtime/plan.hpp>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "config/faults.hpp"
#include "config/nearest.hpp"
#include "plan/chains.hpp"
#include "plan/ends.hpp"
#include "plan/entries.hpp"
#include "plan/identity.hpp"
#include "plan/internal_topics.hpp"
#include "plan/not_yet.hpp"
#include "plan/step_keys.hpp"
#include "plan/step_options.hpp"
#include "plan/words.hpp"

namespace streams::runtime {
namespace {

using namespace planning;

/// Where the deployment speaks of `name`, or could.
ConfigSource where_step(const DeploymentConfig& config, std::string_view name) {
  if (const StepConfig* step = config.find_step(name)) return step->at;
  return config.pipeline.segments.empty() ? config.where("pipeline") : config.pipeline.segments.front().at;
}

/// Returns the steps that have their brokers under a name that is misspelt.
std::vector<std::string> check_step_names(const Graph& graph, const DeploymentConfig& config,
                                          config::Faults& faults) {
  std::vector<std::string> misspelt;
  std::vector<std::string_view> names;
  for (const Node& node : graph.nodes()) names.push_back(node.name);
  for (const SegmentConfig& segment : config.pipeline.segments) {
    for (const StepConfig& step : segment.steps) {
      if (graph.find(step.name)) continue;
      const std::string meant = nearest(step.name, names);
      faults.add({step.at.line, step.at.column},
                 fmt::format("no step '{}' in pipeline '{}'; {}", step.name, graph.name(),
                             meant.empty() ? fmt::format("its steps are: {}", fmt::join(names, ", "))
                                           : fmt::format("did you mean '{}'?", meant)));
      if (!meant.empty() && !step.bootstrap_servers.empty()) misspelt.push_back(meant);
    }
  }
  return misspelt;
}

void check_servers(const Node& node, const std::vector<std::string>& servers, const DeploymentConfig& config,
                   const std::vector<std::string>& misspelt, config::Faults& faults) {
  if (!servers.empty()) return;
  if (std::find(misspelt.begin(), misspelt.end(), node.name) != misspelt.end()) return;
  const ConfigSource at = where_step(config, node.name);
  faults.add({at.line, at.column},
             fmt::format("{} '{}' has no brokers; write `bootstrap_servers: [\"host:9092\"]` under "
                         "`steps_config: {}:`",
                         node.kind, node.name, node.name));
}

/// The dead letter queue of a source, checked.
std::optional<PlannedSink> checked_dead_letter_sink(const PlannedSource& source, const Node& node,
                                                    const DeploymentConfig& config, config::Faults& faults) {
  const StepConfig* step = config.find_step(node.name);
  std::optional<PlannedSink> sink = make_dead_letter_sink(source, node, step);
  if (!sink) return sink;
  const ConfigSource at = step != nullptr ? step->where("dlq") : where_step(config, node.name);
  if (sink->topic.empty()) {
    faults.add({at.line, at.column},
               fmt::format("the dead letter queue of source '{}' has no topic; write `dlq: "
                           "{{topic: NAME}}`, or `enabled: false` to do without it",
                           node.name));
  } else if (sink->topic == source.topic && source.topic != node.stream &&
             sink->bootstrap_servers == source.bootstrap_servers) {
    faults.add(
        {at.line, at.column},
        fmt::format("source '{}' reads its own dead letter queue, '{}': refused records would come back; "
                    "name another topic",
                    node.name, masked(sink->topic, config.secrets)));
  }
  return sink;
}

DeadLetterQueue queue_of(const PlannedSource& source, std::size_t sink, const Graph& graph,
                         const DeploymentConfig& config) {
  const StepConfig* step = config.find_step(graph.nodes()[source.node].name);
  const DlqConfig limits = step != nullptr && step->dlq ? *step->dlq : DlqConfig{};
  return {.sink = sink,
          .max_invalid_ratio = limits.max_invalid_ratio,
          .ratio_window = limits.ratio_window,
          .max_consecutive_count = limits.max_consecutive_count};
}

using Queues = std::vector<std::optional<PlannedSink>>;  // by `Plan::sources`

/// Where nobody says what becomes of refused records, they go to the queue that their source has.
void settle_on_error(const Plan& plan, std::vector<PlannedStep>& steps, const Queues& queues,
                     const DeploymentConfig& config, config::Faults& faults) {
  const auto& nodes = plan.graph.nodes();
  const auto feeds = find_feeds(plan);
  const auto needs_queue = [&](const ConfigSource& at, std::size_t source) {
    faults.add({at.line, at.column},
               fmt::format("`on_error: dlq` needs a dead letter queue; write `dlq: {{topic: NAME}}` under "
                           "`steps_config: {}:`",
                           nodes[plan.sources[source].node].name));
  };
  const bool said = config.pipeline.on_error.has_value();
  if (said && config.pipeline.on_error == OnError::kDlq) {
    for (std::size_t i = 0; i < queues.size(); ++i) {
      if (!queues[i]) needs_queue(config.where("pipeline.on_error"), i);
    }
  }
  for (PlannedStep& planned : steps) {
    const std::vector<std::size_t>& sources = feeds[planned.node];
    const StepConfig* step = config.find_step(nodes[planned.node].name);
    if (step != nullptr && step->on_error) {
      for (const std::size_t source : sources) {
        if (step->on_error == OnError::kDlq && !queues[source]) needs_queue(step->where("on_error"), source);
      }
    } else if (!said && std::any_of(sources.begin(), sources.end(),
                                    [&](std::size_t source) { return queues[source].has_value(); })) {
      planned.on_error = OnError::kDlq;
    }
  }
}

void warn_of_loops(const Segment& segment, const Graph& graph, const DeploymentConfig& config,
                   std::vector<std::string>& warnings) {
  for (const PlannedSource& source : segment.sources) {
    for (const PlannedSink& sink : segment.sinks) {
      if (sink.dead_letters || sink.internal || source.topic != sink.topic ||
          source.bootstrap_servers != sink.bootstrap_servers)
        continue;
      const std::string& name = graph.nodes()[sink.node].name;
      const ConfigSource at = where_step(config, name);
      warnings.push_back(to_text(ConfigFault{
          at.file, at.line, at.column,
          fmt::format("sink '{}' writes to '{}', the topic that source '{}' reads: what "
                      "it writes comes back; give one "
                      "of them another 'topic'",
                      name, masked(sink.topic, config.secrets), graph.nodes()[source.node].name)}));
    }
  }
}

PlannedStep make_step(std::size_t index, const Node& node, std::string_view group,
                      const DeploymentConfig& config, config::Faults& faults) {
  const StepConfig* step = config.find_step(node.name);
  PlannedStep planned;
  planned.node = index;
  if (has_meaning("retry", node.kind)) planned.retry = effective_retry(node, step, config.pipeline.retry);
  planned.options =
      effective_options(node, step, where_step(config, node.name), group, planned.retry, faults);
  planned.on_error = config.pipeline.on_error.value_or(OnError::kFail);
  if (step != nullptr) {
    check_keys(*step, node, faults);
    planned.on_error = step->on_error.value_or(planned.on_error);
  }
  return planned;
}

/// Two sources that share a group share its offsets, so they cannot both read all of a topic.
void check_shared_groups(const Plan& plan, const DeploymentConfig& config, config::Faults& faults) {
  for (std::size_t b = 0; b < plan.sources.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      const PlannedSource& first = plan.sources[a];
      const PlannedSource& second = plan.sources[b];
      if (first.topic != second.topic || first.group != second.group ||
          first.bootstrap_servers != second.bootstrap_servers)
        continue;
      const std::string& name = plan.graph.nodes()[second.node].name;
      const ConfigSource at = where_step(config, name);
      faults.add({at.line, at.column},
                 fmt::format("sources '{}' and '{}' read topic '{}' in the same group, '{}', so each would get only "
                             "a part; use the stream of one of them twice, or give one a 'consumer_group'",
                             plan.graph.nodes()[first.node].name, name, masked(second.topic, plan.secrets),
                             masked(second.group, plan.secrets)));
    }
  }
}

/// The parts of a plan that each segment takes its share of.
struct Parts {
  const Plan& plan;
  const std::vector<PlannedStep>& steps;
  const std::vector<Chain>& chains;
  const Queues& queues;
  const DeploymentConfig& config;
};

/// A source on the cluster of an internal topic that feeds it, or null.
const PlannedSource* feed_on_cluster(const Plan& plan, const InternalTopic& topic) {
  for (const std::size_t feed : topic.feeds) {
    if (plan.sources[feed].bootstrap_servers == topic.bootstrap_servers) return &plan.sources[feed];
  }
  return nullptr;
}

/// The segment of the steps that `owns` picks.
template <class Owns>
Segment make_segment(const Parts& parts, Owns owns) {
  const Plan& plan = parts.plan;
  const Graph& graph = plan.graph;
  Segment segment;
  for (const PlannedStep& step : parts.steps) {
    if (owns(step.node)) segment.steps.push_back(step);
  }
  for (const PlannedSource& source : plan.sources) {
    if (owns(source.node)) segment.sources.push_back(source);
  }
  for (const PlannedStep& step : segment.steps) {
    const Node& node = graph.nodes()[step.node];
    if (node.kind == "StreamSink")
      segment.sinks.push_back(make_sink(step.node, node, parts.config.find_step(node.name)));
  }
  std::set<std::size_t> far;
  for (std::size_t i = 0; i < plan.internal_topics.size(); ++i) {
    const InternalTopic& topic = plan.internal_topics[i];
    if (!owns(topic.to)) continue;
    segment.sources.push_back(make_internal_source(i, topic, feed_on_cluster(plan, topic)));
    for (const std::size_t feed : topic.feeds) {
      if (!owns(plan.sources[feed].node)) far.insert(feed);
    }
  }
  for (std::size_t i = 0; i < plan.sources.size(); ++i) {
    const PlannedSource& source = plan.sources[i];
    if (!parts.queues[i] || (!owns(source.node) && !far.contains(i))) continue;
    const DeadLetterQueue queue = queue_of(source, segment.sinks.size(), graph, parts.config);
    segment.sinks.push_back(*parts.queues[i]);
    if (far.contains(i)) {
      segment.far_sources.push_back({source.topic, queue});
    } else {
      std::find_if(segment.sources.begin(), segment.sources.end(), [&](const PlannedSource& own) {
        return own.node == source.node && !own.internal;
      })->dead_letters = queue;
    }
  }
  for (std::size_t i = 0; i < plan.internal_topics.size(); ++i) {
    const InternalTopic& topic = plan.internal_topics[i];
    if (owns(topic.from)) segment.sinks.push_back(make_internal_sink(i, topic, feed_on_cluster(plan, topic)));
  }
  for (const Chain& chain : parts.chains) {
    if (owns(chain.nodes.front())) segment.chains.push_back(chain);
  }
  segment.workers = workers_for(segment.chains);
  return segment;
}

void make_segments(Plan& plan, const Parts& parts, bool one) {
  plan.whole = make_segment(parts, [](std::size_t) { return true; });
  std::set<std::size_t> entries;
  for (const PlannedStep& step : parts.steps) entries.insert(one ? 0 : step.entry);
  if (entries.size() == 1) {
    plan.segments.push_back(plan.whole);
    return;
  }
  plan.whole.whole = true;
  for (std::size_t entry = 0; entry <= *entries.rbegin(); ++entry) {
    plan.segments.push_back(
        make_segment(parts, [&](std::size_t node) { return parts.steps[node].entry == entry; }));
    plan.segments.back().id = entry;
  }
}

}  // namespace

const DeadLetterQueue* Segment::find_queue(std::string_view origin_topic) const {
  for (const PlannedSource& source : sources) {
    if (!source.internal && source.topic == origin_topic)
      return source.dead_letters ? &*source.dead_letters : nullptr;
  }
  for (const FarSource& source : far_sources) {
    if (source.topic == origin_topic) return &source.dead_letters;
  }
  return nullptr;
}

std::string Segment::label() const {
  return whole ? "all" : std::to_string(id);
}

const PlannedStep* Segment::find_step(std::size_t node) const {
  const auto found =
      std::find_if(steps.begin(), steps.end(), [node](const PlannedStep& step) { return step.node == node; });
  return found == steps.end() ? nullptr : &*found;
}

Plan make_plan(const Graph& graph, const DeploymentConfig& config, const PlanNeeds& needs) {
  config::Faults faults(config.file);
  Plan plan;
  plan.pipeline = pipeline_name(graph, config);
  plan.graph = graph;
  plan.delivery = config.pipeline.delivery;
  plan.commit = config.pipeline.commit;
  plan.memory_budget = config.pipeline.memory_budget;
  plan.shutdown = config.pipeline.shutdown;
  plan.adapters = config.pipeline.adapters;
  plan.warnings = config.warnings;
  plan.secrets = config.secrets;

  const std::vector<std::string> misspelt = check_step_names(graph, config, faults);
  find_not_yet(config, faults);

  std::vector<PlannedStep> steps;
  Queues queues;
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    const StepConfig* step = config.find_step(node.name);
    std::string group;
    if (node.role == NodeRole::source) {
      group = group_of(node, step, default_group(graph, node, config));
      plan.sources.push_back(make_source(i, node, group, step));
      if (needs.bootstrap_servers)
        check_servers(node, plan.sources.back().bootstrap_servers, config, misspelt, faults);
      queues.push_back(checked_dead_letter_sink(plan.sources.back(), node, config, faults));
    } else if (node.kind == "StreamSink" && needs.bootstrap_servers) {
      check_servers(node, make_sink(i, node, step).bootstrap_servers, config, misspelt, faults);
    }
    steps.push_back(make_step(i, node, group, config, faults));
  }
  check_shared_groups(plan, config, faults);
  if (needs.internal_topics) {
    const std::vector<std::size_t> entries = find_entries(graph, config, faults);
    for (PlannedStep& step : steps) step.entry = entries[step.node];
    plan.internal_topics = make_internal_topics(plan, steps, config, faults);
  }
  settle_on_error(plan, steps, queues, config, faults);
  const std::vector<Chain> chains = make_chains(plan, steps, config, plan.warnings);
  make_segments(plan, {plan, steps, chains, queues, config}, !needs.internal_topics);
  warn_of_loops(plan.whole, graph, config, plan.warnings);
  faults.throw_if_any();
  return plan;
}

}  // namespace streams::runtime
