#pragma once

#include <source_location>
#include <string>
#include <utility>

#include <streams/bytes.hpp>
#include <streams/step/step.hpp>

namespace streams {

/// Writes messages to a stream (a Kafka topic, or what the adapter has in its place): the payload with key, headers and
/// timestamp. A record is done when the broker has acknowledged it.
class StreamSink {
 public:
  static constexpr bool kIsSink = true;

  StreamSink(std::string name, std::string stream_name,
             std::source_location where = std::source_location::current())
      : head_(std::move(name), where), stream_name_(std::move(stream_name)) {}

  template <class In>
  static constexpr bool accepts = std::same_as<In, Bytes>;

  template <class In>
  static constexpr void diagnose() {
    static_assert(accepts<In>, "[streams] StreamSink: it writes Bytes; add a Serializer before it");
  }

  template <class In>
  Node node() && {
    Node node = detail::sink_node<In>(std::move(head_), "StreamSink");
    node.stream = std::move(stream_name_);
    return node;
  }

 private:
  detail::StepHead head_;
  std::string stream_name_;
};

}  // namespace streams
