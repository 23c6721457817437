#pragma once

#include <type_traits>
#include <utility>

#include <streams/pipeline.hpp>
#include <streams/step/step.hpp>

namespace streams {

namespace detail {
/// The stream behind a misuse: it takes everything and says nothing more, so that one mistake is one compile
/// error.
struct InvalidStream {
  template <class Step>
  InvalidStream apply(Step&&) const {
    return {};
  }
  template <class Sink>
  Pipeline sink(Sink&&) const {
    return {};
  }
  operator Pipeline() const { return {}; }
};

template <class>
inline constexpr bool kNever = false;
}  // namespace detail

/// The messages that leave a step: payloads of type `T`. A cheap handle that can be copied; using it twice
/// sends every message both ways.
template <class T>
class [[nodiscard]] Stream {
 public:
  using Payload = T;

  explicit Stream(detail::BlueprintStep step) : step_(std::move(step)) {}

  /// Puts a step behind this one. The result is the stream of what it emits.
  template <class Step>
  auto apply(Step step) const {
    if constexpr (detail::SinkLike<Step>) {
      static_assert(detail::kNever<Step>,
                    "[streams] apply() takes a step; a sink ends the stream: use .sink(...)");
      return detail::InvalidStream{};
    } else if constexpr (!detail::StepLike<Step>) {
      static_assert(detail::kNever<Step>,
                    "[streams] apply() takes a step, such as Map(\"name\", function): a step has a name, "
                    "which is its key in the deployment YAML");
      return detail::InvalidStream{};
    } else if constexpr (!Step::template accepts<T>) {
      Step::template diagnose<T>();
      return detail::InvalidStream{};
    } else {
      return Stream<typename Step::template Output<T>>(
          detail::extend_blueprint(step_, std::move(step).template node<T>()));
    }
  }

  /// Ends the stream in a sink. Return the result from the pipeline function.
  template <class Sink>
  Pipeline sink(Sink sink) const {
    if constexpr (detail::StepLike<Sink>) {
      static_assert(detail::kNever<Sink>,
                    "[streams] sink() takes a sink, such as StreamSink; a step goes into .apply(...)");
    } else if constexpr (!detail::SinkLike<Sink>) {
      static_assert(detail::kNever<Sink>,
                    "[streams] sink() takes a sink, such as StreamSink(\"name\", \"topic\")");
    } else if constexpr (!Sink::template accepts<T>) {
      Sink::template diagnose<T>();
    } else {
      return Pipeline(detail::extend_blueprint(step_, std::move(sink).template node<T>()));
    }
    return {};
  }

 private:
  detail::BlueprintStep step_;
};

}  // namespace streams
