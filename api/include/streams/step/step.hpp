#pragma once

#include <source_location>
#include <string>
#include <utility>

#include <streams/graph.hpp>
#include <streams/payload_type.hpp>
#include <streams/step/border.hpp>

// What a step class has, for `Stream::apply()` to take it:
//
//   static constexpr bool kIsStep = true;
//   template <class In> static constexpr bool accepts;    it can stand behind a stream of In
//   template <class In> using Output;                     the payload it emits; only looked at when it
//   accepts template <class In> static constexpr void diagnose(); static_asserts in our words, the first that
//   fails speaks template <class In> Node node() &&;
//
// A sink has kIsSink instead, and no Output.

namespace streams::detail {

template <class S>
concept StepLike = requires {
  requires S::kIsStep;
};
template <class S>
concept SinkLike = requires {
  requires S::kIsSink;
};

/// Name and place, which every step has.
struct StepHead {
  std::string name;
  CodePosition position;

  StepHead(std::string step_name, const std::source_location& where)
      : name(std::move(step_name)), position{where.file_name(), where.line()} {}
};

template <class In, class Out>
Node transform_node(StepHead head, std::string kind) {
  Node node;
  node.name = std::move(head.name);
  node.position = head.position;
  node.kind = std::move(kind);
  node.role = NodeRole::transform;
  node.input = &PayloadType::of<In>();
  node.output = &PayloadType::of<Out>();
  return node;
}

template <class In>
Node sink_node(StepHead head, std::string kind) {
  Node node;
  node.name = std::move(head.name);
  node.position = head.position;
  node.kind = std::move(kind);
  node.role = NodeRole::sink;
  node.input = &PayloadType::of<In>();
  return node;
}

}  // namespace streams::detail
