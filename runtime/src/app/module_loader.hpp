#pragma once

#include <filesystem>

#include <absl/status/statusor.h>

#include <streams/graph.hpp>

namespace streams::runtime {

/// Loads a module and builds the graph of its pipeline. What is no module, or one for another ABI, is refused
/// before any C++ object crosses, with both sides in the text. Throws PipelineError when the pipeline has
/// faults. The module is never unloaded: the graph's code, vtables and texts live in it.
absl::StatusOr<Graph> load_module(const std::filesystem::path& path);

}  // namespace streams::runtime
