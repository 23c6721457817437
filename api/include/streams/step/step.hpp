#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

#include <streams/error.hpp>
#include <streams/graph.hpp>
#include <streams/operator.hpp>
#include <streams/payload_type.hpp>

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

/// What a step's work returned, or nothing. Unlike in a std::optional the value is made in its place, so that
/// payloads are not moved once more for each step.
template <class R>
class Outcome {
 public:
  Outcome() noexcept : nothing() {}
  template <class Work>
  Outcome(std::in_place_t, Work&& work) : value(std::forward<Work>(work)()), made_(true) {}
  Outcome(const Outcome&) = delete;
  Outcome& operator=(const Outcome&) = delete;
  ~Outcome() {
    if (made_) value.~R();
  }

  explicit operator bool() const noexcept { return made_; }
  R& operator*() noexcept { return value; }
  const R& operator*() const noexcept { return value; }
  R* operator->() noexcept { return std::addressof(value); }

 private:
  union {
    char nothing;
    R value;
  };
  bool made_ = false;
};

/// The border of a step: runs `work`, and turns what it throws into a refused record.
/// Returns what `work` returned, or nothing when the record was refused.
template <class Work>
auto at_border(StepContext& context, const Envelope& envelope, StepErrorKind kind, Work&& work)
    -> Outcome<decltype(work())> {
  try {
    return Outcome<decltype(work())>(std::in_place, std::forward<Work>(work));
  } catch (const std::exception& error) {
    context.fail(envelope, kind, error.what());
  } catch (...) {
    context.fail(envelope, kind, "an exception that is no std::exception");
  }
  return {};
}

}  // namespace streams::detail
