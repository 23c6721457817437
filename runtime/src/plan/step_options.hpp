#pragma once

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>

#include "config/faults.hpp"

namespace streams::runtime::planning {

/// The options in force: the author's, with the deployment's in the place of those that it sets. `step` may
/// be null, `group` is that of a source. What contradicts itself only after joining is a fault.
Options effective_options(const Node& node, const StepConfig* step, const ConfigSource& otherwise,
                          std::string_view group, config::Faults& faults);

}  // namespace streams::runtime::planning
