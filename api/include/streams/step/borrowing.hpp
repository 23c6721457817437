#pragma once

#include <concepts>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <streams/bytes.hpp>
#include <streams/codec/json_value.hpp>

namespace streams::detail {

/// A value of `T` may have parts that are only lent for the call in which a step gets it, so that a step that
/// keeps it must copy it. False where it is known that all of it is the value's own.
template <class T>
consteval bool may_borrow() {
  if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> || std::same_as<T, std::string> ||
                std::same_as<T, Json>) {
    return false;
  } else if constexpr (std::same_as<T, Bytes>) {
    return true;
  } else if constexpr (boost::describe::has_describe_members<T>::value) {
    return []<class... M>(boost::mp11::mp_list<M...>) {
      return (may_borrow<std::remove_cvref_t<decltype(std::declval<T&>().*M::pointer)>>() || ...);
    }(boost::mp11::mp_rename<boost::describe::describe_members<T, boost::describe::mod_any_access>,
                             boost::mp11::mp_list>());
  } else if constexpr (requires { typename T::value_type; } && std::ranges::range<T>) {
    if constexpr (requires {
                    typename T::value_type::first_type;
                    typename T::value_type::second_type;
                  }) {
      return may_borrow<std::remove_cv_t<typename T::value_type::first_type>>() ||
             may_borrow<typename T::value_type::second_type>();
    } else {
      return may_borrow<typename T::value_type>();
    }
  } else {
    return true;
  }
}

/// `value`, to be kept: moved where it is all its own, else copied.
template <class T>
T kept_value(T& value) {
  if constexpr (may_borrow<T>()) {
    return T(value);
  } else {
    return T(std::move(value));
  }
}

}  // namespace streams::detail
