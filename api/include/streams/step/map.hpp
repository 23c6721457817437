#pragma once

#include <memory>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include <streams/step/call.hpp>
#include <streams/step/step.hpp>

namespace streams {

/// Turns each message into one other. The function returns the new payload, or a `Message<U>` to change key,
/// headers or timestamp too. What it throws is a step error of kind `function`.
///
///     .apply(Map("transform", [](IngestMetric m) { m.transformed = true; return m; }))
template <class F>
class Map {
 public:
  static constexpr bool kIsStep = true;

  Map(std::string name, F function, std::source_location where = std::source_location::current())
      : head_(std::move(name), where), function_(std::move(function)) {}

  template <class In>
  using Output = detail::payload_of_t<detail::call_result_t<F, In>>;

  template <class In>
  static constexpr bool accepts = std::copy_constructible<F>&& detail::Takes<F, In>&& Payload<Output<In>>;

  template <class In>
  static constexpr void diagnose() {
    if constexpr (!std::copy_constructible<F>) {
      static_assert(accepts<In>,
                    "[streams] Map: the function must be copyable: each worker gets its own copy");
    } else if constexpr (detail::TakesOnlyMutably<F, In>) {
      static_assert(accepts<In>,
                    "[streams] Map: the function must be callable as const (a mutable lambda is not): each "
                    "worker has its own copy, and state would differ between them");
    } else if constexpr (detail::TakesReference<F, In>) {
      static_assert(
          accepts<In>,
          "[streams] Map: the function takes a non-const reference; take the payload by value and return it");
    } else if constexpr (!detail::Takes<F, In>) {
      static_assert(accepts<In>,
                    "[streams] Map: the function does not take the payload of this stream; it must take T, "
                    "const T&, Message<T> or const Message<T>&");
    } else if constexpr (std::is_void_v<detail::call_result_t<F, In>>) {
      static_assert(
          accepts<In>,
          "[streams] Map: the function returns nothing; it must return the new payload or a Message of it");
    } else {
      static_assert(accepts<In>,
                    "[streams] Map: what the function returns cannot travel on: it must be a copyable value");
    }
  }

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, Output<In>>(std::move(head_), "Map");
    node.make = [function = std::move(function_)](const Options&) {
      return std::make_unique<Step<In>>(function);
    };
    return node;
  }

 private:
  template <class In>
  class Step final : public Operator {
   public:
    explicit Step(const F& function) : function_(function) {}

    void process(Envelope& envelope, void* payload) override {
      auto result = detail::at_border(context(), envelope, StepErrorKind::function, [&] {
        return detail::call_and_consume(function_, envelope, *static_cast<In*>(payload));
      });
      if (!result) return;
      if constexpr (kIsMessage<std::remove_cvref_t<decltype(*result)>>) {
        result->origin = envelope.origin;
        emit(*result, &result->payload);
      } else {
        emit(envelope, &*result);
      }
    }

   private:
    F function_;
  };

  detail::StepHead head_;
  F function_;
};

}  // namespace streams
