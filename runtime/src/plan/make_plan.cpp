#include <fmt/format.h>

#include <streams/runtime/plan.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/faults.hpp"
#include "config/nearest.hpp"
#include "plan/chains.hpp"
#include "plan/ends.hpp"
#include "plan/identity.hpp"
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

void add_dead_letters(Segment& segment, PlannedSource& source, const Node& node,
                      const DeploymentConfig& config, config::Faults& faults) {
  const StepConfig* step = config.find_step(node.name);
  std::optional<PlannedSink> sink = make_dead_letter_sink(source, node, step);
  if (!sink) return;
  const DlqConfig limits = step != nullptr && step->dlq ? *step->dlq : DlqConfig{};
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
  source.dead_letters = DeadLetterQueue{.sink = segment.sinks.size(),
                                        .max_invalid_ratio = limits.max_invalid_ratio,
                                        .ratio_window = limits.ratio_window,
                                        .max_consecutive_count = limits.max_consecutive_count};
  segment.sinks.push_back(*std::move(sink));
}

/// Where nobody says what becomes of refused records, they go to the queue that their source has.
void settle_on_error(Segment& segment, const Graph& graph, const DeploymentConfig& config,
                     config::Faults& faults) {
  const bool has_queue =
      std::any_of(segment.sources.begin(), segment.sources.end(),
                  [](const PlannedSource& source) { return source.dead_letters.has_value(); });
  const auto needs_queue = [&](const ConfigSource& at) {
    if (has_queue || segment.sources.empty()) return;
    faults.add({at.line, at.column},
               fmt::format("`on_error: dlq` needs a dead letter queue; write `dlq: {{topic: NAME}}` under "
                           "`steps_config: {}:`",
                           graph.nodes()[segment.sources.front().node].name));
  };
  const bool said = config.pipeline.on_error.has_value();
  if (said && config.pipeline.on_error == OnError::kDlq) needs_queue(config.where("pipeline.on_error"));
  for (PlannedStep& planned : segment.steps) {
    const StepConfig* step = config.find_step(graph.nodes()[planned.node].name);
    if (step != nullptr && step->on_error) {
      if (step->on_error == OnError::kDlq) needs_queue(step->where("on_error"));
    } else if (!said && has_queue) {
      planned.on_error = OnError::kDlq;
    }
  }
}

void warn_of_loops(const Segment& segment, const Graph& graph, const DeploymentConfig& config,
                   std::vector<std::string>& warnings) {
  for (const PlannedSource& source : segment.sources) {
    for (const PlannedSink& sink : segment.sinks) {
      if (sink.dead_letters || source.topic != sink.topic ||
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

PlannedStep make_step(std::size_t index, const Node& node, const DeploymentConfig& config,
                      config::Faults& faults) {
  const StepConfig* step = config.find_step(node.name);
  PlannedStep planned;
  planned.node = index;
  planned.options = effective_options(node, step, where_step(config, node.name), faults);
  planned.on_error = config.pipeline.on_error.value_or(OnError::kFail);
  if (has_meaning("retry", node.kind)) planned.retry = config.pipeline.retry;
  if (step != nullptr) {
    check_keys(*step, node, faults);
    planned.on_error = step->on_error.value_or(planned.on_error);
    planned.retry = step->retry.over(planned.retry);
  }
  return planned;
}

}  // namespace

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
  find_not_yet(graph, config, faults);

  Segment segment;
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    segment.steps.push_back(make_step(i, node, config, faults));
    if (node.role == NodeRole::source) {
      segment.sources.push_back(make_source(i, node, config.find_step(node.name)));
      if (needs.bootstrap_servers)
        check_servers(node, segment.sources.back().bootstrap_servers, config, misspelt, faults);
    } else if (node.role == NodeRole::sink && !node.make) {
      segment.sinks.push_back(make_sink(i, node, config.find_step(node.name)));
      if (needs.bootstrap_servers)
        check_servers(node, segment.sinks.back().bootstrap_servers, config, misspelt, faults);
    }
  }
  for (PlannedSource& source : segment.sources)
    add_dead_letters(segment, source, graph.nodes()[source.node], config, faults);
  settle_on_error(segment, graph, config, faults);
  segment.chains = make_chains(graph, config, plan.warnings);
  segment.workers = workers_for(segment.chains);
  warn_of_loops(segment, graph, config, plan.warnings);
  faults.throw_if_any();

  plan.segments.push_back(std::move(segment));
  return plan;
}

}  // namespace streams::runtime
