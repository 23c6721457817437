#include "plan/identity.hpp"

namespace streams::runtime::planning {
namespace {

bool given(const std::optional<std::string>& text) {
  return text && !text->empty();
}

}  // namespace

std::string pipeline_name(const Graph& graph, const DeploymentConfig& config) {
  return given(config.pipeline.name) ? *config.pipeline.name : graph.name();
}

std::string group_of(const Node& source, const StepConfig* step, const std::string& otherwise) {
  if (step != nullptr && given(step->consumer_group)) return *step->consumer_group;
  const OptionValue* in_code = find_option(source.options, "consumer_group");
  if (in_code != nullptr && !to_string(*in_code).empty()) return to_string(*in_code);
  return otherwise;
}

std::string default_group(const Graph& graph, const Node& source, const DeploymentConfig& config) {
  std::size_t without = 0;
  for (const Node& node : graph.nodes()) {
    if (node.role == NodeRole::source && group_of(node, config.find_step(node.name), {}).empty()) ++without;
  }
  return "pipeline-" + (without > 1 ? pipeline_name(graph, config) : source.name);
}

std::string internal_topic_name(const std::string& pipeline, const Node& from, const Node& to) {
  return pipeline + "." + to.name + "." + from.name;
}

std::string internal_group_name(const std::string& pipeline, const Node& to) {
  return pipeline + "." + to.name;
}

std::string topic_of(const Node& node, const StepConfig* step) {
  return step != nullptr && given(step->topic) ? *step->topic : node.stream;
}

}  // namespace streams::runtime::planning
