#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include <streams/branch.hpp>
#include <streams/step/call.hpp>
#include <streams/step/step.hpp>

namespace streams::detail {

/// In the place of a key where the function returns none: takes everything, so that one mistake is one error.
struct AnyKey {
  template <class K>
  AnyKey(K&&) {}  // NOLINT: meant to convert
};

template <class F, class T>
using route_key_t =
    std::conditional_t<std::is_void_v<call_result_t<F, T>>, AnyKey, std::remove_cvref_t<call_result_t<F, T>>>;

/// One line of a route's table. It takes a key of any type, so that a wrong one is an error in our words.
template <class Key, class T>
struct RouteEntry {
  template <class K>
  RouteEntry(K&& given, Branch<T> to)  // NOLINT: written as {key, branch}
      : key(as_key(std::forward<K>(given))), branch(std::move(to)) {}

  Key key;
  Branch<T> branch;

 private:
  template <class K>
  static Key as_key(K&& given) {
    constexpr bool kFits = std::is_convertible_v<K, Key>;
    static_assert(
        kFits,
        "[streams] route: a key of the table has another type than what the function returns; they are "
        "compared with ==");
    if constexpr (kFits) {
      return std::forward<K>(given);
    } else {
      std::terminate();
    }
  }
};

template <class F, class T>
using RouteTable = std::vector<RouteEntry<route_key_t<F, T>, T>>;

/// The step behind `route()`: port i is the branch of key i, the one behind them all takes the rest.
template <class F, class T>
class RouteStep final : public PortedOperator {
 public:
  using Key = route_key_t<F, T>;

  static constexpr bool accepts = std::copy_constructible<F> && Takes<F, T> &&
                                  !std::is_void_v<call_result_t<F, T>> && std::equality_comparable<Key> &&
                                  std::copy_constructible<Key>;

  static constexpr void diagnose() {
    if constexpr (!std::copy_constructible<F>) {
      static_assert(accepts, "[streams] route: the function must be copyable: each worker gets its own copy");
    } else if constexpr (TakesOnlyMutably<F, T>) {
      static_assert(accepts,
                    "[streams] route: the function must be callable as const (a mutable lambda is not): each "
                    "worker has its own copy, and state would differ between them");
    } else if constexpr (!Takes<F, T>) {
      static_assert(accepts,
                    "[streams] route: the function does not take the payload of this stream; it must take T, "
                    "const T&, Message<T> or const Message<T>&");
    } else {
      static_assert(
          accepts,
          "[streams] route: the function must return the key of a branch: a copyable value that can be "
          "compared with ==");
    }
  }

  RouteStep(const F& function, const std::vector<Key>& keys) : function_(function), keys_(keys) {}

  void process(Envelope& envelope, void* payload) override {
    T& value = *static_cast<T*>(payload);
    auto key = at_border(context(), envelope, StepErrorKind::function,
                         [&]() -> Key { return call_and_keep(function_, envelope, value); });
    if (!key) return;
    const auto found = static_cast<std::size_t>(std::find(keys_.begin(), keys_.end(), *key) - keys_.begin());
    if (found >= ports()) {
      context().fail(envelope, StepErrorKind::function,
                     "the function returned a key that has no branch; add the branch, or one for all others");
      return;
    }
    emit_to(found, envelope, payload);
  }

 private:
  F function_;
  std::vector<Key> keys_;
};

/// Keys that stand twice in a table, and values of a described enumeration that have no branch.
template <class Key>
std::vector<std::string> route_faults(const std::vector<Key>& keys, bool open_end) {
  std::vector<std::string> faults;
  for (auto key = keys.begin(); key != keys.end(); ++key) {
    if (std::find(keys.begin(), key, *key) == key) continue;
    faults.push_back(
        "entry " + std::to_string(key - keys.begin() + 1) +
        " of the table has the key of an earlier one, so its branch gets nothing; remove one of them");
  }
  if constexpr (boost::describe::has_describe_enumerators<Key>::value) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Key>>([&](auto described) {
      if (open_end || std::find(keys.begin(), keys.end(), described.value) != keys.end()) return;
      faults.push_back(std::string("no branch for '") + described.name +
                       "'; add one, or a branch for all other messages");
    });
  }
  return faults;
}

template <class F, class T>
Node route_node(StepHead head, F function, std::vector<typename RouteStep<F, T>::Key> keys, bool open_end) {
  Node node = transform_node<T, T>(std::move(head), "Route");
  std::vector<std::string> faults = route_faults(keys, open_end);
  node.check = [faults = std::move(faults)](const Options&) { return faults; };
  node.make = [function = std::move(function), keys = std::move(keys)](const Options&) {
    return std::make_unique<RouteStep<F, T>>(function, keys);
  };
  return node;
}

}  // namespace streams::detail
