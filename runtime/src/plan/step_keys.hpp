#pragma once

#include <span>
#include <string>
#include <string_view>

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>

#include "config/faults.hpp"

/// Which keys of `steps_config.<step>` have a meaning for which kind of step.
namespace streams::runtime::planning {

struct StepKey {
  std::string_view key;
  /// Kinds of steps, separated by '|'; `*` is any kind.
  std::string_view kinds;
};

/// One row for each key that the loader takes below a step.
std::span<const StepKey> step_keys();

bool has_meaning(std::string_view key, std::string_view kind);

/// The keys of one kind, separated by commas.
std::string keys_of(std::string_view kind);

/// Adds a fault for each key of `step` that says nothing to a step of `node`'s kind.
void check_keys(const StepConfig& step, const Node& node, config::Faults& faults);

}  // namespace streams::runtime::planning
