#pragma once

#include <streams/runtime/config.hpp>

#include "config/faults.hpp"

namespace streams::runtime::config {

/// Faults that no single key shows: values that exclude each other.
void find_contradictions(const DeploymentConfig& config, Faults& faults);

}  // namespace streams::runtime::config
