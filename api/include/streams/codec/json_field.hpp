#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

namespace streams::json {

/// A field without a default.
struct NoDefault {};

/// What one described member is called in JSON and what stands for it when it is not there.
template <auto Member, class Default = NoDefault>
struct Field {
  std::string_view json_name;  // empty: the C++ name
  Default fallback{};
  bool absent_allowed = false;

  /// The value of the field when it is not there. It is written like any other.
  template <class V>
  constexpr Field<Member, V> default_value(V value) const {
    return {json_name, value, true};
  }
  /// The field may be not there; it then keeps the value that its declaration gives it.
  constexpr Field may_be_absent() const { return {json_name, fallback, true}; }
};

/// Names a member (or an enumerator) of a described type; `json_name` is what it is called in JSON.
template <auto Member>
constexpr Field<Member> field(std::string_view json_name = {}) {
  return {json_name, {}, false};
}

/// The one declaration beside a struct or enum that gives some of its fields other names or defaults. It is
/// found by argument-dependent lookup, so it stands in the namespace of the type:
///
///     struct Event { std::string class_; std::string kind; int retries = 3; };
///     BOOST_DESCRIBE_STRUCT(Event, (), (class_, kind, retries))
///     constexpr auto json_fields(const Event*) {
///       using namespace streams::json;
///       return fields(field<&Event::class_>("class"), field<&Event::kind>().default_value("c"),
///                     field<&Event::retries>().may_be_absent());
///     }
template <class... F>
constexpr std::tuple<F...> fields(F... field) {
  return {field...};
}

}  // namespace streams::json

namespace streams::json::detail {

template <class T>
concept HasFields = requires {
  json_fields(static_cast<const T*>(nullptr));
};

template <class T>
constexpr auto fields_of() {
  if constexpr (HasFields<T>) {
    return json_fields(static_cast<const T*>(nullptr));
  } else {
    return std::tuple<>();
  }
}

template <class A, class B>
constexpr bool same_member(A a, B b) {
  if constexpr (std::is_same_v<A, B>) {
    return a == b;
  } else {
    return false;
  }
}

template <class F>
struct MemberOf;
template <auto Member, class Default>
struct MemberOf<Field<Member, Default>> {
  static constexpr auto value = Member;
};

/// The place of `pointer` in a tuple of fields, or its size.
template <class Tuple, class Pointer>
constexpr std::size_t position_of(Pointer pointer) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    std::size_t found = sizeof...(I);
    ((found == sizeof...(I) && same_member(MemberOf<std::tuple_element_t<I, Tuple>>::value, pointer)
          ? void(found = I)
          : void()),
     ...);
    return found;
  }
  (std::make_index_sequence<std::tuple_size_v<Tuple>>());
}

template <class C, class M>
C class_of(M C::*);

/// The field declared for a described member: beside `T`, else beside the base that the member is from.
template <class T, auto Pointer>
constexpr auto declared_field() {
  constexpr auto own = fields_of<T>();
  constexpr std::size_t at = position_of<std::remove_const_t<decltype(own)>>(Pointer);
  if constexpr (at < std::tuple_size_v<std::remove_const_t<decltype(own)>>) {
    return std::get<at>(own);
  } else {
    using Base = decltype(class_of(Pointer));
    constexpr auto inherited = fields_of<Base>();
    constexpr std::size_t there = position_of<std::remove_const_t<decltype(inherited)>>(Pointer);
    if constexpr (there < std::tuple_size_v<std::remove_const_t<decltype(inherited)>>) {
      return std::get<there>(inherited);
    } else {
      return Field<Pointer>{};
    }
  }
}

template <class T>
using Described =
    boost::describe::describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;

template <class T>
constexpr std::size_t kFieldCount = boost::mp11::mp_size<Described<T>>::value;

constexpr bool needs_no_escape(std::string_view name) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') return false;
  }
  return !name.empty();
}

/// All about one field of `T` that is known when compiling.
template <class T, std::size_t I>
struct FieldOf {
  using Descriptor = boost::mp11::mp_at_c<Described<T>, I>;
  static constexpr auto pointer = Descriptor::pointer;
  static constexpr auto declared = declared_field<T, Descriptor::pointer>();
  using Type = std::remove_cvref_t<decltype(std::declval<T&>().*Descriptor::pointer)>;
  static constexpr bool has_default =
      !std::is_same_v<std::remove_cvref_t<decltype(declared.fallback)>, NoDefault>;
  static constexpr std::string_view name =
      declared.json_name.empty() ? std::string_view(Descriptor::name) : declared.json_name;
  static_assert(needs_no_escape(name), "[streams] json_fields: a JSON name is empty or needs escapes");

  /// `,"name":`; what is compared while reading is the part in quotes.
  static constexpr auto literal = [] {
    std::array<char, name.size() + 4> text{};
    text[0] = ',';
    text[1] = '"';
    for (std::size_t i = 0; i < name.size(); ++i) text[i + 2] = name[i];
    text[name.size() + 2] = '"';
    text[name.size() + 3] = ':';
    return text;
  }();
  static constexpr std::string_view prefix{literal.data(), literal.size()};
  static constexpr std::string_view quoted{literal.data() + 1, name.size() + 2};
};

template <class T>
constexpr auto kNames = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array<std::string_view, sizeof...(I)>{FieldOf<T, I>::name...};
}
(std::make_index_sequence<kFieldCount<T>>());

template <class T>
constexpr bool names_are_unique() {
  const auto& names = kNames<T>;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = i + 1; j < names.size(); ++j) {
      if (names[i] == names[j]) return false;
    }
  }
  return true;
}

/// Every field declared beside `T` is a described member of it.
template <class T>
constexpr bool declared_fields_exist() {
  using Tuple = decltype(fields_of<T>());
  return []<std::size_t... I>(std::index_sequence<I...>) {
    [[maybe_unused]] const auto described = []<class Declared>(std::type_identity<Declared>) {
      bool found = false;
      boost::mp11::mp_for_each<Described<T>>(
          [&](auto d) { found = found || same_member(decltype(d)::pointer, MemberOf<Declared>::value); });
      return found;
    };
    return (described(std::type_identity<std::tuple_element_t<I, Tuple>>{}) && ...);
  }
  (std::make_index_sequence<std::tuple_size_v<Tuple>>());
}

}  // namespace streams::json::detail
