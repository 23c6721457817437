#pragma once

#include <cstddef>
#include <vector>

#include <streams/runtime/plan.hpp>

#include "config/faults.hpp"

/// Where records cross a topic of the runtime's own.
namespace streams::runtime::planning {

/// The internal topics of `plan`, whose graph, sources and steps are there: one for each pair of steps in different
/// entries, and one behind each KeyBy that repartitions. Faults: a payload that no codec can write, a name that no
/// topic can have.
std::vector<InternalTopic> make_internal_topics(const Plan& plan, const std::vector<PlannedStep>& steps,
                                                const DeploymentConfig& config, config::Faults& faults);

/// By node, the sources that it gets records of, as indices into `Plan::sources`.
std::vector<std::vector<std::size_t>> find_feeds(const Plan& plan);

}  // namespace streams::runtime::planning
