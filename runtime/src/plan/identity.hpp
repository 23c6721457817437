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

/// The deployment's `consumer_group`, else the code's, else `pipeline-<source>`. `step` may be null.
std::string group_of(const Node& source, const StepConfig* step);

/// The deployment's `topic`, else the stream's name in the code. `step` may be null.
std::string topic_of(const Node& node, const StepConfig* step);

}  // namespace streams::runtime::planning
