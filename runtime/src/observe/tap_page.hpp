#pragma once

#include <string_view>

#include <streams/graph.hpp>
#include <streams/runtime/plan.hpp>

#include "observe/http_message.hpp"
#include "observe/tap.hpp"

namespace streams::runtime {

/// `/tap?step=NAME&limit=N`: records that pass a step, a line of JSON each, until the reader goes or N were shown.
/// Between them, once a second and at the end, stands `{"tap": {...}}`: how many passed, were shown and were lost for
/// want of room. `taps` is null where this is not allowed, and outlives the answer.
HttpReply tap_page(TapBoard* taps, const Graph& graph, const Segment& segment, std::string_view query);

}  // namespace streams::runtime
