#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <streams/error.hpp>
#include <streams/export.hpp>
#include <streams/graph.hpp>

namespace streams {

namespace detail {
class Blueprint;  // the steps written so far from one source

/// One written step: the blueprint it is part of and its place there.
struct BlueprintStep {
  std::shared_ptr<Blueprint> blueprint;
  std::size_t index = 0;
};

STREAMS_EXPORT BlueprintStep begin_blueprint(Node source);
/// Adds `node` behind `input`. Returns the new step.
STREAMS_EXPORT BlueprintStep extend_blueprint(const BlueprintStep& input, Node node);
/// Adds `node` behind all of `inputs`, which may come from different sources.
STREAMS_EXPORT BlueprintStep merge_blueprints(std::vector<BlueprintStep> inputs, Node node);
/// Puts the branch that ends in `sinks` behind `fork`. Returns the branch's name; empty when it could not be.
STREAMS_EXPORT std::string attach_branch(const BlueprintStep& fork, const std::vector<BlueprintStep>& sinks);
STREAMS_EXPORT void set_ports(const BlueprintStep& step, std::vector<std::string> ports);

}  // namespace detail

/// One or several finished streams: every path from a source to its sinks. What `sink()` returns, and what a
/// pipeline function gives back; several are joined by `pipeline(a, b, ...)`.
class [[nodiscard]] STREAMS_EXPORT Pipeline {
 public:
  Pipeline() = default;
  explicit Pipeline(std::vector<detail::BlueprintStep> sinks) : sinks_(std::move(sinks)) {}

  /// Every fault of the pipeline's shape, each with its step and place; empty when it can run: duplicate or
  /// empty names, a stream without a sink, a sink that was built and not returned.
  std::vector<std::string> validate() const;

  /// The pipeline as a graph of that name. Throws PipelineError with all faults of `validate()`.
  Graph graph(std::string name) const;

  /// Adds the streams of `other`.
  void add(const Pipeline& other) { sinks_.insert(sinks_.end(), other.sinks_.begin(), other.sinks_.end()); }

  /// The ends of the streams, in the order in which they were returned.
  const std::vector<detail::BlueprintStep>& sinks() const noexcept { return sinks_; }

 private:
  std::vector<detail::BlueprintStep> sinks_;
};

/// Joins finished streams into one pipeline.
template <class... Pipelines>
Pipeline pipeline(const Pipeline& first, const Pipelines&... more) {
  Pipeline joined = first;
  (joined.add(more), ...);
  return joined;
}

}  // namespace streams
