#pragma once

#include <vector>

#include <streams/runtime/engine.hpp>

namespace streams::runtime {

/// True when the run ended because something could not go on.
bool is_failure(RunResult::End end);

/// How a run ended whose workers ended like this: by the worst of them, with the counts of each step summed.
RunResult merged(std::vector<RunResult> workers);

}  // namespace streams::runtime
