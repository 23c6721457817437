#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>

namespace streams::runtime {

/// A step with what is in force for it: the author's options under the deployment's.
struct PlannedStep {
  std::size_t node = 0;  ///< index into `Plan::graph.nodes()`
  Options options;
  OnError on_error = OnError::kFail;
  RetryConfig retry;
};

/// Where the refused records of a source go.
struct DeadLetterQueue {
  std::size_t sink = 0;  ///< index into `Segment::sinks`
  std::optional<double> max_invalid_ratio;
  std::uint32_t ratio_window = 1000;
  std::optional<std::uint32_t> max_consecutive_count;
};

/// A source with its topic and its place in a consumer group.
struct PlannedSource {
  std::size_t node = 0;
  std::string topic;
  std::string group;
  std::vector<std::string> bootstrap_servers;
  OffsetReset auto_offset_reset = OffsetReset::kLatest;
  bool strict_offset_reset = false;
  Params additional_settings;
  Params override_params;
  std::optional<SecurityConfig> security;  ///< not set: the adapter's
  std::optional<Header> header_filter;     ///< records without this very header are dropped
  std::optional<DeadLetterQueue> dead_letters;
};

/// What writes to a topic: a StreamSink, or the dead letter queue of a source.
struct PlannedSink {
  std::string name;      ///< as errors and logs call it: the step's, or `<source>.dlq`
  std::size_t node = 0;  ///< index into `Plan::graph.nodes()`: the sink, or the source of the queue
  bool dead_letters = false;
  std::string topic;
  std::vector<std::string> bootstrap_servers;
  Params additional_settings;
  Params override_params;
  std::optional<SecurityConfig> security;  ///< not set: the adapter's
};

/// Steps that one worker runs with direct calls.
struct Chain {
  std::vector<std::size_t> nodes;  ///< in the graph's order
  std::uint32_t threads = 1;
};

/// What one process runs.
struct Segment {
  std::size_t id = 0;
  std::vector<Chain> chains;
  std::vector<PlannedSource> sources;
  std::vector<PlannedSink> sinks;
  std::vector<PlannedStep> steps;  ///< every step of the segment, in the graph's order
  /// Threads that each run all chains: the largest `Chain::threads`, because in this version a chain's own
  /// number of threads widens the whole segment.
  std::uint32_t workers = 1;

  const PlannedStep* find_step(std::size_t node) const;
};

/// The graph joined with the deployment: immutable, and all that an adapter and the engine need to know.
struct Plan {
  std::string pipeline;  ///< its name: identity of groups and internal topics
  Graph graph;
  std::vector<Segment> segments;
  Delivery delivery = Delivery::kAtLeastOnce;
  CommitConfig commit;
  std::uint64_t memory_budget = 0;  ///< bytes per process, over all workers
  ShutdownConfig shutdown;
  AdapterConfigs adapters;
  std::vector<std::string> warnings;  ///< `file:line:column: text`, the loader's first
  std::set<std::string> secrets;      ///< texts that must not be printed or logged
};

/// What an adapter asks of a deployment.
struct PlanNeeds {
  /// Sources and StreamSinks need `bootstrap_servers`; false where there are no brokers.
  bool bootstrap_servers = true;
};

/// Joins `graph` and `config`. Throws ConfigError with every fault: a step that is not in the graph (with the
/// nearest name), a key without meaning at that step's kind, a source or sink without servers, what this
/// version cannot do yet.
Plan make_plan(const Graph& graph, const DeploymentConfig& config, const PlanNeeds& needs = {});

/// The plan for people: segments, chains with threads, each step with its options and topic, groups. Secrets
/// are `***`.
std::string to_text(const Plan& plan);
std::string to_dot(const Plan& plan);
std::string to_mermaid(const Plan& plan);
std::string to_json(const Plan& plan);

}  // namespace streams::runtime
