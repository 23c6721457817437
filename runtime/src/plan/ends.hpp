#pragma once

#include <cstddef>
#include <optional>

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>
#include <streams/runtime/plan.hpp>

/// The ends of a segment: what it reads and what it writes.
namespace streams::runtime::planning {

/// `step` may be null.
PlannedSource make_source(std::size_t index, const Node& node, std::string group, const StepConfig* step);
PlannedSink make_sink(std::size_t index, const Node& node, const StepConfig* step);
/// The dead letter queue of `source`, nothing when neither the code nor the deployment gives it one. Its topic is
/// empty when nobody named it.
std::optional<PlannedSink> make_dead_letter_sink(const PlannedSource& source, const Node& node,
                                                 const StepConfig* step);
/// Both ends of an internal topic. `feed` is a source on the same cluster, or null: it lends what is needed to
/// connect there.
PlannedSource make_internal_source(std::size_t index, const InternalTopic& topic, const PlannedSource* feed);
PlannedSink make_internal_sink(std::size_t index, const InternalTopic& topic, const PlannedSource* feed);

}  // namespace streams::runtime::planning
