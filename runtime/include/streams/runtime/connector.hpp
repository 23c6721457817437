#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include <streams/graph.hpp>
#include <streams/operator.hpp>
#include <streams/runtime/clock.hpp>
#include <streams/runtime/config.hpp>
#include <streams/runtime/log.hpp>

namespace streams::runtime {

/// What a connector may use of its process.
struct ConnectorContext {
  std::string pipeline;          ///< its name
  const Clock* clock = nullptr;  ///< outlives every step that is made, as the log does
  Log* log = nullptr;            ///< may be null
  Environment environment;
};

/// Supplies the steps of one kind that the pipeline only describes: what is in them needs a library that pipelines do
/// not link. A copyable value: a program lists those that it has.
struct Connector {
  std::string kind;  ///< `Node::kind`
  /// Makes the step for one worker. A status says what cannot be opened: all faults in one text, with the step's name.
  std::function<absl::StatusOr<std::unique_ptr<Operator>>(const Node& node, const Options& effective,
                                                          const ConnectorContext& context)>
      make;
  /// Where `make` is empty: how to get it. A pipeline that has such a step is then refused with this text.
  std::string absent = {};
  /// Where `make` is empty: gets the connector, once a pipeline has such a step. A status refuses the pipeline.
  std::function<absl::StatusOr<Connector>()> load = {};
};

/// The graph with every described step bound to its connector, which is loaded here if it is to be. Throws PipelineError,
/// all faults in one, where there is none.
/// A step that cannot be opened throws PipelineError when a worker makes it.
Graph with_connectors(const Graph& graph, const std::vector<Connector>& connectors,
                      const ConnectorContext& context);

}  // namespace streams::runtime
