#pragma once

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>

#include "config/faults.hpp"

/// What the configuration can say and this version cannot do: a fault, because it would change a promise to the
/// user if it were ignored.
namespace streams::runtime::planning {

void find_not_yet(const DeploymentConfig& config, config::Faults& faults);

}  // namespace streams::runtime::planning
