#pragma once

#include <memory>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include <streams/step/call.hpp>
#include <streams/step/step.hpp>

namespace streams {

/// Keeps the messages for which the predicate is true; the others are done with here and counted as dropped.
///
///     .apply(Filter("counters", [](const IngestMetric& m) { return m.type == "c"; }))
template <class F>
class Filter {
 public:
  static constexpr bool kIsStep = true;

  Filter(std::string name, F predicate, std::source_location where = std::source_location::current())
      : head_(std::move(name), where), predicate_(std::move(predicate)) {}

  template <class In>
  using Output = In;

  template <class In>
  static constexpr bool accepts = std::copy_constructible<F>&& detail::Takes<F, In>&&
      std::same_as<std::remove_cvref_t<detail::call_result_t<F, In>>, bool>;

  template <class In>
  static constexpr void diagnose() {
    if constexpr (!std::copy_constructible<F>) {
      static_assert(accepts<In>,
                    "[streams] Filter: the predicate must be copyable: each worker gets its own copy");
    } else if constexpr (detail::TakesOnlyMutably<F, In>) {
      static_assert(accepts<In>,
                    "[streams] Filter: the predicate must be callable as const (a mutable lambda is not): "
                    "each worker has its own copy, and state would differ between them");
    } else if constexpr (!detail::Takes<F, In>) {
      static_assert(accepts<In>,
                    "[streams] Filter: the predicate does not take the payload of this stream; it must take "
                    "const T& or const Message<T>&");
    } else {
      static_assert(accepts<In>, "[streams] Filter: the predicate must return bool");
    }
  }

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, In>(std::move(head_), "Filter");
    node.make = [predicate = std::move(predicate_)](const Options&) {
      return std::make_unique<Step<In>>(predicate);
    };
    return node;
  }

 private:
  template <class In>
  class Step final : public Operator {
   public:
    explicit Step(const F& predicate) : predicate_(predicate) {}

    void process(Envelope& envelope, void* payload) override {
      const auto keep = detail::at_border(context(), envelope, StepErrorKind::function, [&]() -> bool {
        return detail::call_and_keep(predicate_, envelope, *static_cast<In*>(payload));
      });
      if (!keep) return;
      if (*keep) {
        emit(envelope, payload);
      } else {
        context().dropped();
      }
    }

   private:
    F predicate_;
  };

  detail::StepHead head_;
  F predicate_;
};

}  // namespace streams
