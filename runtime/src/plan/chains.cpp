#include "plan/chains.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace streams::runtime::planning {
namespace {

/// The chain that all inputs of the node are in, or nothing.
std::optional<std::size_t> common_chain(std::size_t index, const Plan& plan,
                                        const std::vector<std::size_t>& chain_of) {
  std::optional<std::size_t> common;
  for (const std::size_t input : plan.graph.nodes()[index].inputs) {
    const bool through_topic =
        std::any_of(plan.internal_topics.begin(), plan.internal_topics.end(),
                    [&](const InternalTopic& topic) { return topic.from == input && topic.to == index; });
    if (through_topic) return std::nullopt;
    if (common && *common != chain_of[input]) return std::nullopt;
    common = chain_of[input];
  }
  return common;
}

std::uint32_t default_threads(const PlannedStep& step, const DeploymentConfig& config) {
  const auto& segments = config.pipeline.segments;
  return segments.empty() ? 1 : segments[step.entry].parallelism.value_or(1);
}

void warn_of_idle_keys(const Node& node, const StepConfig& step, bool starts,
                       std::vector<std::string>& warnings) {
  const auto warn = [&](std::string_view key, std::string text) {
    const ConfigSource& at = step.where(key);
    warnings.push_back(to_text(ConfigFault{at.file, at.line, at.column, std::move(text)}));
  };
  if (step.threads && !starts) {
    warn("parallelism", fmt::format("'parallelism' has no effect: {} '{}' does not start a chain; add "
                                    "`starts_segment: true` to it, or "
                                    "set 'parallelism' where the chain starts",
                                    node.kind, node.name));
  }
  if (step.starts_segment == false && node.role == NodeRole::source) {
    warn("starts_segment",
         fmt::format("`starts_segment: false` has no effect: source '{}' always starts a chain", node.name));
  }
}

}  // namespace

std::vector<Chain> make_chains(const Plan& plan, const std::vector<PlannedStep>& steps,
                               const DeploymentConfig& config, std::vector<std::string>& warnings) {
  const auto& nodes = plan.graph.nodes();
  std::vector<Chain> chains;
  std::vector<std::size_t> chain_of(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    const StepConfig* step = config.find_step(node.name);
    const bool own_threads = step != nullptr && step->threads.has_value();
    const std::optional<std::size_t> upstream = common_chain(i, plan, chain_of);
    const bool asked = step != nullptr && step->starts_segment.value_or(false) && own_threads;
    const bool starts = asked || !upstream;
    if (step != nullptr) warn_of_idle_keys(node, *step, starts, warnings);
    if (starts) {
      chain_of[i] = chains.size();
      chains.push_back({{i}, own_threads ? *step->threads : default_threads(steps[i], config)});
    } else {
      chain_of[i] = *upstream;
      chains[*upstream].nodes.push_back(i);
    }
  }
  return chains;
}

std::uint32_t workers_for(const std::vector<Chain>& chains) {
  std::uint32_t workers = 1;
  for (const Chain& chain : chains) workers = std::max(workers, chain.threads);
  return workers;
}

}  // namespace streams::runtime::planning
