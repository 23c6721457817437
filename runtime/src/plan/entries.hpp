#pragma once

#include <cstddef>
#include <vector>

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>

#include "config/faults.hpp"

/// Which entry of `pipeline.segments` each step belongs to.
namespace streams::runtime::planning {

/// By node. An entry owns the steps that it names, and those that follow up to another entry's step. Faults: a step
/// that nobody names behind inputs of different entries, and entries whose steps go round in a circle.
std::vector<std::size_t> find_entries(const Graph& graph, const DeploymentConfig& config, config::Faults& faults);

}  // namespace streams::runtime::planning
