#pragma once

#include <string>
#include <vector>

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>
#include <streams/runtime/plan.hpp>

namespace streams::runtime::planning {

/// Cuts the whole graph into chains. A source begins one; so does a step behind an internal topic, a step with
/// `starts_segment: true` and a `parallelism` of its own, and a step that joins streams of different chains. Every
/// other step is fused with what it reads from. Adds a warning for each `starts_segment` or `parallelism` that
/// changes nothing.
std::vector<Chain> make_chains(const Plan& plan, const std::vector<PlannedStep>& steps,
                               const DeploymentConfig& config, std::vector<std::string>& warnings);

/// The threads that run all of these chains: as many as the widest one wants, because each worker runs every
/// chain.
std::uint32_t workers_for(const std::vector<Chain>& chains);

}  // namespace streams::runtime::planning
