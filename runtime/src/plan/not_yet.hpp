#pragma once

#include <string>
#include <vector>

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>

#include "config/faults.hpp"

/// What the configuration can say and this version cannot do. What would change a promise to the user if it
/// were ignored is a fault; what only observes is a warning.
namespace streams::runtime::planning {

void find_not_yet(const Graph& graph, const DeploymentConfig& config, config::Faults& faults,
                  std::vector<std::string>& warnings);

}  // namespace streams::runtime::planning
