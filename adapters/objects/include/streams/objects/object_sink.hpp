#pragma once

#include <memory>
#include <string>

#include <absl/status/statusor.h>

#include <streams/graph.hpp>
#include <streams/operator.hpp>
#include <streams/runtime/clock.hpp>
#include <streams/runtime/config.hpp>

namespace streams::objects {

/// The step behind an ObjectSink or a GCSSink, for one worker; opens its store. `node` is one of these kinds, without
/// faults of its own; what is wrong with the place or the credentials comes in one text. `clock` outlives the step.
absl::StatusOr<std::unique_ptr<Operator>> make_object_sink(const Node& node, const Options& effective,
                                                           const std::string& pipeline,
                                                           const runtime::Environment& environment,
                                                           const runtime::Clock& clock);

}  // namespace streams::objects
