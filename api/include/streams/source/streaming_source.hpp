#pragma once

#include <optional>
#include <source_location>
#include <string>
#include <utility>

#include <streams/bytes.hpp>
#include <streams/stream.hpp>

namespace streams {

/// A header that a record must have, name and value, to be taken.
struct HeaderFilter {
  std::string name;
  std::string value;
};

struct SourceOptions {
  std::optional<HeaderFilter> header_filter{};  ///< records without this very header are dropped and counted
  std::string consumer_group{};   ///< the YAML's `consumer_group` wins; default `pipeline-<name>`
  std::string dlq_stream_name{};  ///< the YAML's `dlq.topic` wins
};

/// The beginning of a pipeline: the records of a stream (a Kafka topic, or what the adapter has in its place) as bytes.
/// `stream_name` is the logical name; the deployment may give it another topic.
STREAMS_EXPORT Stream<Bytes> streaming_source(std::string name, std::string stream_name,
                                              SourceOptions options = {},
                                              std::source_location where = std::source_location::current());

}  // namespace streams
