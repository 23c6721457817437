#pragma once

#include <string>
#include <string_view>

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>

/// The names by which the outside knows a pipeline. They outlive every process: a changed one starts from
/// nothing.
namespace streams::runtime::planning {

/// `pipeline.name`, else the name in the code.
std::string pipeline_name(const Graph& graph, const DeploymentConfig& config);

/// The deployment's `consumer_group`, else the code's, else `otherwise`. `step` may be null.
std::string group_of(const Node& source, const StepConfig* step, const std::string& otherwise);
/// The group of a source that nobody gave one: `pipeline-<source>`, or `pipeline-<name>` where that is so for several.
std::string default_group(const Graph& graph, const Node& source, const DeploymentConfig& config);

/// The topic between two steps, and the group that reads it.
std::string internal_topic_name(const std::string& pipeline, const Node& from, const Node& to);
std::string internal_group_name(const std::string& pipeline, const Node& to);

/// The deployment's `topic`, else the stream's name in the code. `step` may be null.
std::string topic_of(const Node& node, const StepConfig* step);

}  // namespace streams::runtime::planning
