#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <streams/step/call.hpp>
#include <streams/step/step.hpp>

namespace streams {

namespace detail {
template <class R>
concept ElementRange = std::ranges::input_range<R> && !std::convertible_to<R, std::string_view> &&
                       Payload<payload_of_t<std::ranges::range_value_t<R>>>;

template <class R>
struct ElementPayload {
  using type = void;
};
template <ElementRange R>
struct ElementPayload<R> {
  using type = payload_of_t<std::ranges::range_value_t<R>>;
};
}  // namespace detail

/// Turns each message into any number of others: the function returns a range of payloads or of `Message<U>`.
/// They keep the order of the range; the source record is done when all of them are. The range may be lazy:
/// each element is made when the one before has gone on. What is thrown in between refuses the record, and
/// the elements before stay sent.
///
///     .apply(FlatMap("words", [](const Line& l) { return split(l.text); }))
template <class F>
class FlatMap {
 public:
  static constexpr bool kIsStep = true;

  FlatMap(std::string name, F function, std::source_location where = std::source_location::current())
      : head_(std::move(name), where), function_(std::move(function)) {}

 private:
  template <class In>
  using Range = std::remove_cvref_t<detail::call_result_t<F, In>>;

 public:
  template <class In>
  using Output = typename detail::ElementPayload<Range<In>>::type;

  template <class In>
  static constexpr bool accepts =
      std::copy_constructible<F>&& detail::Takes<F, In>&& detail::ElementRange<Range<In>>;

  template <class In>
  static constexpr void diagnose() {
    if constexpr (!std::copy_constructible<F>) {
      static_assert(accepts<In>,
                    "[streams] FlatMap: the function must be copyable: each worker gets its own copy");
    } else if constexpr (detail::TakesOnlyMutably<F, In>) {
      static_assert(accepts<In>,
                    "[streams] FlatMap: the function must be callable as const (a mutable lambda is not): "
                    "each worker has its own copy, and state would differ between them");
    } else if constexpr (!detail::Takes<F, In>) {
      static_assert(accepts<In>,
                    "[streams] FlatMap: the function does not take the payload of this stream; it must take "
                    "T, const T&, Message<T> or const Message<T>&");
    } else {
      static_assert(accepts<In>,
                    "[streams] FlatMap: the function must return a range of values, such as std::vector<U>; "
                    "for one value use Map");
    }
  }

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, Output<In>>(std::move(head_), "FlatMap");
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
      In& value = *static_cast<In*>(payload);
      if constexpr (detail::LooksAtMessage<F, In>) {
        // A lazy range may refer to the message, so it stays where it is until the range is used up.
        const detail::LentMessage<In> lent(envelope, value);
        expand(lent.message(), [&]() -> Range<In> { return std::invoke(function_, lent.message()); });
      } else {
        expand(envelope, [&]() -> Range<In> { return detail::call_and_consume(function_, envelope, value); });
      }
    }

   private:
    using Element = std::ranges::range_value_t<Range<In>>;

    template <class Call>
    void expand(const Envelope& source, Call call) {
      auto range = detail::at_border(context(), source, StepErrorKind::function, call);
      if (!range) return;
      std::optional<std::ranges::iterator_t<Range<In>>> at;
      bool empty = true;
      while (true) {
        // A lazy range runs the author's code at each element, so each one is inside the border.
        auto element =
            detail::at_border(context(), source, StepErrorKind::function, [&]() -> std::optional<Element> {
              if (at) {
                ++*at;
              } else {
                at.emplace(std::ranges::begin(*range));
              }
              if (*at == std::ranges::end(*range)) return std::nullopt;
              return take(*at);
            });
        if (!element) return;
        if (!*element) break;
        empty = false;
        if constexpr (kIsMessage<Element>) {
          (*element)->origin = source.origin;
          this->emit(**element, &(*element)->payload);
        } else {
          Envelope own = source.lend();
          this->emit(own, &**element);
        }
        if (context().failed()) return;
      }
      if (empty) context().dropped();
    }

    static Element take(std::ranges::iterator_t<Range<In>>& at) {
      if constexpr (std::ranges::view<Range<In>>) {
        return Element(*at);  // a view's elements may belong to the author
      } else {
        return Element(std::ranges::iter_move(at));
      }
    }

    F function_;
  };

  detail::StepHead head_;
  F function_;
};

}  // namespace streams
