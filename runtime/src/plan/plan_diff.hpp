#pragma once

#include <string>
#include <vector>

#include <streams/runtime/plan.hpp>

namespace streams::runtime {

/// What one difference between two plans means to records and offsets that are there already.
struct PlanChange {
  /// Records or positions are left behind: something must be done before the new plan runs.
  bool orphans = false;
  std::string text;
};

/// What changes for the outside when `after` runs in the place of `before`: internal topics, groups, dead letter queues.
/// What orphans something comes first.
std::vector<PlanChange> compare(const Plan& before, const Plan& after);

}  // namespace streams::runtime
