#pragma once

#include <cstddef>

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>
#include <streams/runtime/plan.hpp>

/// The ends of a segment: what it reads and what it writes.
namespace streams::runtime::planning {

/// `step` may be null.
PlannedSource make_source(std::size_t index, const Node& node, const StepConfig* step);
PlannedSink make_sink(std::size_t index, const Node& node, const StepConfig* step);

}  // namespace streams::runtime::planning
