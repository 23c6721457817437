#pragma once

#include <string>

#include <streams/export.hpp>
#include <streams/graph.hpp>

namespace streams {

/// One line a step, in topological order: name, kind, what it reads from, type, options. For people and
/// golden tests.
STREAMS_EXPORT std::string to_text(const Graph& graph);
/// For Graphviz.
STREAMS_EXPORT std::string to_dot(const Graph& graph);
/// For Markdown pages.
STREAMS_EXPORT std::string to_mermaid(const Graph& graph);
/// `{"name": ..., "steps": [{"name", "kind", "inputs", "input_type", "output_type", "stream", "options"}]}`
STREAMS_EXPORT std::string to_json(const Graph& graph);

}  // namespace streams
