#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <streams/codec/json_convert.hpp>
#include <streams/codec/json_field.hpp>

namespace streams::json::detail {

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T, class Indices>
struct FieldTypes;
template <class T, std::size_t... I>
struct FieldTypes<T, std::index_sequence<I...>> {
  using type = boost::mp11::mp_list<
      std::remove_cvref_t<decltype(std::declval<T&>().*boost::mp11::mp_at_c<Described<T>, I>::pointer)>...>;
};

}  // namespace streams::json::detail

namespace streams::json {

/// Objects. Members that no field takes are ignored; of a name that comes twice the last value counts.
template <detail::DescribedStruct T>
struct Convert<T> {
  static constexpr std::size_t kCount = detail::kFieldCount<T>;
  using Parts = typename detail::FieldTypes<T, std::make_index_sequence<kCount>>::type;
  static constexpr unsigned kinds = kObject;

  static bool read(Reader& reader, T& out) {
    static_assert(detail::names_are_unique<T>(), "[streams] json_fields: two fields have the same JSON name");
    static_assert(detail::declared_fields_exist<T>(),
                  "[streams] json_fields: a field is not a described member");
    const Reader::Mark begin = reader.mark();
    Seen seen{};
    Next next = reader.begin_object();
    // Members are expected in the order of declaration: each is compared with one name. One that is not the
    // next field is looked up, and the expectation goes on from there.
    std::size_t from = 0;
    bool key_taken = false;
    while (next == Next::kMore) {
      read_in_order(reader, out, seen, next, from, key_taken, std::make_index_sequence<kCount>());
      if (next != Next::kMore) break;
      std::string_view key;
      if (!reader.read_key(key)) return false;
      from = find(key);
      key_taken = from < kCount;
      if (!key_taken) {
        reader.count_ignored();
        next = reader.skip_value() ? reader.next_member() : Next::kFault;
      }
    }
    if (next == Next::kFault) return false;
    return all_seen(seen) || read_absent(reader, begin, out, seen, std::make_index_sequence<kCount>());
  }

  static void write(Writer& writer, const T& value) {
    writer.raw('{');
    bool first = true;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (write_field<I>(writer, value, first), ...);
    }
    (std::make_index_sequence<kCount>());
    writer.raw('}');
  }

 private:
  template <std::size_t I>
  using FieldAt = detail::FieldOf<T, I>;
  using Seen = std::conditional_t<(kCount <= 64), std::uint64_t, std::bitset<kCount>>;

  template <std::size_t I>
  static bool test(const Seen& seen) {
    if constexpr (kCount <= 64) {
      return (seen >> I & 1) != 0;
    } else {
      return seen.test(I);
    }
  }
  template <std::size_t I>
  static void set(Seen& seen) {
    if constexpr (kCount <= 64) {
      seen |= std::uint64_t{1} << I;
    } else {
      seen.set(I);
    }
  }
  static bool all_seen(const Seen& seen) {
    if constexpr (kCount == 0) {
      return true;
    } else if constexpr (kCount <= 64) {
      return seen == ~std::uint64_t{0} >> (64 - kCount);
    } else {
      return seen.all();
    }
  }

  template <std::size_t... I>
  static void read_in_order(Reader& reader, T& out, Seen& seen, Next& next, [[maybe_unused]] std::size_t from,
                            [[maybe_unused]] bool key_taken, std::index_sequence<I...>) {
    static_cast<void>((read_field<I>(reader, out, seen, next, from, key_taken) && ...));
  }

  /// True when the next field may follow.
  template <std::size_t I>
  static bool read_field(Reader& reader, T& out, Seen& seen, Next& next, std::size_t from, bool& key_taken) {
    using Field = FieldAt<I>;
    if (I < from) return true;
    if (!key_taken && !reader.take_key(Field::quoted.data(), Field::quoted.size())) return false;
    key_taken = false;
    auto& member = out.*Field::pointer;
    if (test<I>(seen)) [[unlikely]]
      member = typename Field::Type{};
    if (!Convert<typename Field::Type>::read(reader, member)) {
      next = Next::kFault;
      return false;
    }
    set<I>(seen);
    next = reader.next_member();
    return next == Next::kMore;
  }

  static std::size_t find(std::string_view key) {
    std::size_t i = 0;
    while (i < kCount && detail::kNames<T>[i] != key) ++i;
    return i;
  }

  template <std::size_t... I>
  static bool read_absent(Reader& reader, const Reader::Mark& begin, T& out, const Seen& seen,
                          std::index_sequence<I...>) {
    return ((test<I>(seen) || fill_absent<I>(reader, begin, out)) && ...);
  }

  template <std::size_t I>
  static bool fill_absent(Reader& reader, const Reader::Mark& begin, T& out) {
    using Field = FieldAt<I>;
    if constexpr (Field::has_default) {
      out.*Field::pointer = Field::declared.fallback;
      return true;
    } else if constexpr (Field::declared.absent_allowed) {
      return true;
    } else if constexpr (detail::Emptiable<typename Field::Type>) {
      out.*Field::pointer = typename Field::Type{};
      return true;
    } else {
      return reader.fail_missing(begin, Field::name);
    }
  }

  template <std::size_t I>
  static constexpr bool always_written() {
    using Field = FieldAt<I>;
    // A default would come back in the place of the empty value.
    return !detail::Emptiable<typename Field::Type> || Field::declared.absent_allowed;
  }

  template <std::size_t I>
  static constexpr bool follows_a_field() {
    return []<std::size_t... Before>(std::index_sequence<Before...>) {
      return (always_written<Before>() || ...);
    }
    (std::make_index_sequence<I>());
  }

  template <std::size_t I>
  static void write_field(Writer& writer, const T& value, bool& first) {
    using Field = FieldAt<I>;
    const auto& member = value.*Field::pointer;
    if constexpr (!always_written<I>()) {
      if (Convert<typename Field::Type>::is_empty(member)) return;
    }
    if constexpr (follows_a_field<I>()) {
      writer.raw(Field::prefix);
    } else {
      writer.raw(Field::prefix.substr(std::exchange(first, false) ? 1 : 0));
    }
    Convert<typename Field::Type>::write(writer, member);
  }
};

namespace detail {

template <class E, class D>
constexpr std::string_view enumerator_name() {
  constexpr auto declared = fields_of<E>();
  constexpr std::size_t at = position_of<std::remove_const_t<decltype(declared)>>(D::value);
  if constexpr (at < std::tuple_size_v<std::remove_const_t<decltype(declared)>>) {
    return std::get<at>(declared).json_name;
  } else {
    return D::name;
  }
}

template <class E>
struct EnumName {
  E value;
  std::string_view name;
};

template <class E>
constexpr auto kEnumNames = []<template <class...> class L, class... D>(L<D...>*) {
  return std::array<EnumName<E>, sizeof...(D)>{EnumName<E>{D::value, enumerator_name<E, D>()}...};
}(static_cast<boost::describe::describe_enumerators<E>*>(nullptr));

template <class E>
bool find_enumerator(Reader& reader, const Reader::Mark& at, std::string_view name, E& out) {
  for (const auto& known : kEnumNames<E>) {
    if (known.name == name) {
      out = known.value;
      return true;
    }
  }
  std::string text = "expected one of";
  for (const auto& known : kEnumNames<E>) text.append(" \"").append(known.name).append("\"");
  return reader.fail_at(at, text + ", found another string");
}

template <class E>
std::string_view name_of(const Writer& writer, E value) {
  for (const auto& known : kEnumNames<E>) {
    if (known.value == value) return known.name;
  }
  writer.fail("the enumeration has a value without a name");
}

template <DescribedEnum E>
struct MapKey<E> {
  static bool read(Reader& reader, std::string_view text, E& out) {
    return find_enumerator(reader, reader.mark(), text, out);
  }
  static void write(Writer& writer, E key) { writer.string(name_of(writer, key)); }
};

}  // namespace detail

/// Enumerations, by name.
template <detail::DescribedEnum E>
struct Convert<E> {
  static constexpr unsigned kinds = kString;
  static bool read(Reader& reader, E& out) {
    const Reader::Mark at = reader.mark();
    std::string_view name;
    return reader.read_view(name) && detail::find_enumerator(reader, at, name, out);
  }
  static void write(Writer& writer, E value) { writer.string(detail::name_of(writer, value)); }
};

}  // namespace streams::json
