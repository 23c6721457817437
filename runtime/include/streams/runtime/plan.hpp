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
  std::size_t entry = 0;  ///< of `pipeline.segments` that owns it
};

/// Where the refused records of a source go.
struct DeadLetterQueue {
  std::size_t sink = 0;  ///< index into `Segment::sinks`
  std::optional<double> max_invalid_ratio;
  std::uint32_t ratio_window = 1000;
  std::optional<std::uint32_t> max_consecutive_count;
};

/// A topic of the runtime's own between two steps: between two segments, or behind a KeyBy. Its name and its
/// group follow from the steps, however the graph is cut.
struct InternalTopic {
  std::string name;      ///< `<pipeline>.<step>.<in>`: the step that reads it and the one that writes it
  std::string group;     ///< `<pipeline>.<step>`
  std::size_t from = 0;  ///< index into `Plan::graph.nodes()`
  std::size_t to = 0;
  std::vector<std::string> bootstrap_servers;
  std::optional<std::uint32_t> partitions;  ///< not set: as many as the topics of `feeds` have at most
  std::optional<std::uint32_t> replication_factor;  ///< not set: the cluster's default
  std::vector<std::size_t> feeds;                   ///< the sources whose records come through it; of `Plan::sources`
};

/// A source with its topic and its place in a consumer group.
struct PlannedSource {
  std::size_t node = 0;  ///< the source, or the step that reads the internal topic
  std::optional<std::size_t> internal;  ///< index into `Plan::internal_topics`
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

/// What writes to a topic: a StreamSink, the dead letter queue of a source, or the end of a segment.
struct PlannedSink {
  std::string name;      ///< as errors and logs call it: the step's, `<source>.dlq`, or the internal topic's
  std::size_t node = 0;  ///< index into `Plan::graph.nodes()`: the sink, the source of the queue, or the last step
  bool dead_letters = false;
  std::optional<std::size_t> internal;  ///< index into `Plan::internal_topics`
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

/// A source of another segment whose records come here, and where they go when a step here refuses them.
struct FarSource {
  std::string topic;
  DeadLetterQueue dead_letters;
};

/// What one process runs.
struct Segment {
  std::size_t id = 0;
  bool whole = false;  ///< it is all segments of a plan that has several
  std::vector<Chain> chains;
  std::vector<PlannedSource> sources;
  std::vector<PlannedSink> sinks;
  std::vector<FarSource> far_sources;
  std::vector<PlannedStep> steps;  ///< every step of the segment, in the graph's order
  /// Threads that each run all chains: the largest `Chain::threads`, because in this version a chain's own
  /// number of threads widens the whole segment.
  std::uint32_t workers = 1;

  const PlannedStep* find_step(std::size_t node) const;
  /// The queue for records that came from a source's topic, or null when that source has none.
  const DeadLetterQueue* find_queue(std::string_view origin_topic) const;
  /// As metrics and logs call it: its number, or "all".
  std::string label() const;
};

/// The graph joined with the deployment: immutable, and all that an adapter and the engine need to know.
struct Plan {
  std::string pipeline;  ///< its name: identity of groups and internal topics
  Graph graph;
  std::vector<PlannedSource> sources;  ///< the pipeline's own, in the graph's order
  std::vector<InternalTopic> internal_topics;
  std::vector<Segment> segments;  ///< one for each entry of `pipeline.segments` that has steps
  /// All segments as one process runs them; the only segment where there is one.
  Segment whole;
  Delivery delivery = Delivery::kAtLeastOnce;
  CommitConfig commit;
  std::uint64_t memory_budget = 0;  ///< bytes per process, over all workers
  ShutdownConfig shutdown;
  AdapterConfigs adapters;
  std::vector<std::string> warnings;  ///< `file:line:column: text`, the loader's first
  std::set<std::string> secrets;      ///< texts that must not be printed or logged

  /// What a process runs that was asked for that entry of `pipeline.segments`, or for none.
  const Segment& segment(std::optional<std::size_t> entry) const { return entry ? segments[*entry] : whole; }
};

/// What an adapter asks of a deployment.
struct PlanNeeds {
  /// Sources and StreamSinks need `bootstrap_servers`; false where there are no brokers.
  bool bootstrap_servers = true;
  /// Segments and KeyBys are joined by topics; false where one worker does all, so that nothing needs to be cut.
  bool internal_topics = true;
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
