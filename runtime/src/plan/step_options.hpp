#pragma once

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>

#include "config/faults.hpp"

namespace streams::runtime::planning {

/// How a step is tried again: as the deployment says for it, else as the code does (where it may), else as the
/// deployment says for all. `step` may be null.
RetryConfig effective_retry(const Node& node, const StepConfig* step, const RetryConfig& pipeline);

/// The options in force: the author's, with the deployment's in the place of those that it sets. `step` may
/// be null, `group` is that of a source, `retry` is what is in force. What contradicts itself only after joining is a
/// fault.
Options effective_options(const Node& node, const StepConfig* step, const ConfigSource& otherwise,
                          std::string_view group, const RetryConfig& retry, config::Faults& faults);

}  // namespace streams::runtime::planning
