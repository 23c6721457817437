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

std::string group_of(const Node& source, const StepConfig* step) {
  if (step != nullptr && given(step->consumer_group)) return *step->consumer_group;
  const OptionValue* in_code = find_option(source.options, "consumer_group");
  if (in_code != nullptr && !to_string(*in_code).empty()) return to_string(*in_code);
  return "pipeline-" + source.name;
}

std::string topic_of(const Node& node, const StepConfig* step) {
  return step != nullptr && given(step->topic) ? *step->topic : node.stream;
}

}  // namespace streams::runtime::planning
