#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <streams/step/step.hpp>

namespace streams {

namespace detail {
template <class T>
inline constexpr bool kIsVector = false;
template <class T, class A>
inline constexpr bool kIsVector<std::vector<T, A>> = true;
}  // namespace detail

/// Takes batches apart again. While a batch has as many elements as messages were put into it, each element goes
/// on with the key, headers, timestamp and origin of its message, and is refused by itself; else the elements go
/// on with those of the batch.
class Unbatch {
 public:
  static constexpr bool kIsStep = true;

  explicit Unbatch(std::string name, std::source_location where = std::source_location::current())
      : head_(std::move(name), where) {}

 private:
  template <class In>
  struct ElementOf {
    using type = void;
  };
  template <class In>
  requires detail::kIsVector<In>
  struct ElementOf<In> {
    using type = typename In::value_type;
  };

 public:
  template <class In>
  using Output = typename ElementOf<In>::type;
  template <class In>
  static constexpr bool accepts = detail::kIsVector<In>;
  template <class In>
  static constexpr void diagnose() {
    static_assert(accepts<In>,
                  "[streams] Unbatch: this stream has no batches; it takes std::vector<T> apart, as Batch makes it");
  }

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, Output<In>>(std::move(head_), "Unbatch");
    node.make = [](const Options&) { return std::make_unique<Step<In>>(); };
    return node;
  }

 private:
  template <class In>
  class Step final : public Operator {
   public:
    void process(Envelope& envelope, void* payload) override {
      In& batch = *static_cast<In*>(payload);
      if (batch.empty()) context().dropped();
      const bool one_by_one = context().parts() == batch.size();
      for (std::size_t i = 0; i < batch.size() && !context().failed(); ++i) {
        if (one_by_one) {
          Envelope own = context().part_envelope(i);
          const Kept part = context().keep_part(i);
          const InHand in_hand(context(), part);
          emit(own, &batch[i]);
        } else {
          Envelope own = envelope.lend();
          emit(own, &batch[i]);
        }
      }
    }
  };

  detail::StepHead head_;
};

}  // namespace streams
