#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <streams/output.hpp>
#include <streams/step/call.hpp>
#include <streams/step/step.hpp>

namespace streams {

namespace detail {
template <class K>
concept RecordKey = std::convertible_to<K, std::string_view> || std::same_as<std::remove_cvref_t<K>, Bytes> ||
    (std::integral<std::remove_cvref_t<K>> && !std::same_as<std::remove_cvref_t<K>, bool>);
}  // namespace detail

/// The options of a KeyBy, under their YAML names.
struct KeyByOptions {
  /// The messages stand already in partitions by this very key: nothing is put between this step and the next.
  bool pre_partitioned = false;
};

/// Gives each message a key: text, a whole number (written in decimals) or bytes. From here on, messages of one
/// key keep their order and are handled one after the other, whichever partition, process or thread they came
/// from: the runtime sends them through a topic that is partitioned by key, unless the next step is a sink.
///
///     .apply(KeyBy("by_org", [](const Event& e) { return e.org_id; }))
template <class F>
class KeyBy {
 public:
  static constexpr bool kIsStep = true;

  KeyBy(std::string name, F function, KeyByOptions options = {},
        std::source_location where = std::source_location::current())
      : head_(std::move(name), where), function_(std::move(function)), options_(options) {}

  template <class In>
  using Output = In;

  template <class In>
  static constexpr bool accepts =
      std::copy_constructible<F>&& detail::Takes<F, In>&& detail::RecordKey<detail::call_result_t<F, In>>;

  template <class In>
  static constexpr void diagnose() {
    if constexpr (!std::copy_constructible<F>) {
      static_assert(accepts<In>,
                    "[streams] KeyBy: the function must be copyable: each worker gets its own copy");
    } else if constexpr (detail::TakesOnlyMutably<F, In>) {
      static_assert(accepts<In>,
                    "[streams] KeyBy: the function must be callable as const (a mutable lambda is not): each "
                    "worker has its own copy, and state would differ between them");
    } else if constexpr (!detail::Takes<F, In>) {
      static_assert(accepts<In>,
                    "[streams] KeyBy: the function does not take the payload of this stream; it must take T, "
                    "const T&, Message<T> or const Message<T>&");
    } else {
      static_assert(accepts<In>,
                    "[streams] KeyBy: the function must return the key: text, a whole number or Bytes");
    }
  }

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, In>(std::move(head_), "KeyBy");
    node.options = {{"pre_partitioned", options_.pre_partitioned}};
    node.repartitions = true;
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
      const auto keyed = detail::at_border(context(), envelope, StepErrorKind::function, [&] {
        envelope.key = written(detail::call_and_keep(function_, envelope, value));
        return true;
      });
      if (keyed) this->emit(envelope, payload);
    }

   private:
    template <class K>
    Bytes written(const K& key) {
      if constexpr (std::same_as<K, Bytes>) {
        return key;
      } else if constexpr (std::integral<K>) {
        std::array<char, 24> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), key).ptr;
        keys_.write({digits.data(), static_cast<std::size_t>(end - digits.data())});
        return keys_.take();
      } else {
        keys_.write(std::string_view(key));
        return keys_.take();
      }
    }

    F function_;
    streams::Output keys_;
  };

  detail::StepHead head_;
  F function_;
  KeyByOptions options_;
};

}  // namespace streams
