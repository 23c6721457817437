#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <ratio>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <boost/mp11/list.hpp>

#include <streams/bytes.hpp>
#include <streams/codec/codec.hpp>
#include <streams/codec/json_struct.hpp>
#include <streams/codec/json_value.hpp>
#include <streams/codec/parquet_table.hpp>
#include <streams/codec/parquet_type.hpp>

namespace streams::parquet {

/// How one C++ type stands in a column. Specialise it to give a type of your own a place in Parquet files:
///
///     template <> struct streams::parquet::Column<Uuid> {
///       static DataType type();                                // the column it has unless a schema is given
///       static void write(ColumnSink& to, const Uuid& value);  // the call that fits the type
///     };
///
/// Optional: `using Parts = boost::mp11::mp_list<...>`, types that must have a place too, and `static constexpr bool
/// kNullable = true`, when `write` may call `to.null()`.
template <class T>
struct Column;

namespace detail {

template <class T>
concept HasColumn = requires {
  sizeof(Column<T>);
};

/// `T` and all that is in it has a place; a type inside itself has none, because a file's columns are fixed.
template <class T, class... Around>
constexpr bool has_place();

template <class Parts, class... Around>
constexpr bool all_have_place = false;
template <class... Part, class... Around>
// NOLINTNEXTLINE(misc-redundant-expression): a fold has one operand written
constexpr bool all_have_place<boost::mp11::mp_list<Part...>, Around...> = (has_place<Part, Around...>() &&
                                                                           ...);

template <class T, class... Around>
constexpr bool has_place() {
  if constexpr ((std::is_same_v<T, Around> || ...)) {
    return false;
  } else if constexpr (!HasColumn<T>) {
    return false;
  } else if constexpr (requires { typename Column<T>::Parts; }) {
    return all_have_place<typename Column<T>::Parts, T, Around...>;
  } else {
    return true;
  }
}

template <class T>
constexpr bool is_nullable() {
  if constexpr (requires { Column<T>::kNullable; }) {
    return Column<T>::kNullable;
  } else {
    return false;
  }
}

template <class T>
Field field_of(std::string name) {
  return {std::move(name), Column<T>::type(), is_nullable<T>()};
}

template <class Period>
constexpr const char* unit_of() {
  if constexpr (std::ratio_less_v<Period, std::micro>) {
    return "ns";
  } else if constexpr (std::ratio_less_v<Period, std::milli>) {
    return "us";
  } else {
    return "ms";
  }
}

/// The count in the unit that `unit_of` says.
template <class Rep, class Period>
std::int64_t count_of(std::chrono::duration<Rep, Period> time) {
  using Unit = std::conditional_t<std::ratio_less_v<Period, std::micro>, std::chrono::nanoseconds,
                                  std::conditional_t<std::ratio_less_v<Period, std::milli>,
                                                     std::chrono::microseconds, std::chrono::milliseconds>>;
  return std::chrono::duration_cast<std::chrono::duration<std::int64_t, typename Unit::period>>(time).count();
}

}  // namespace detail

/// Structs whose values can be rows of a Parquet file.
template <class T>
concept Row = json::detail::DescribedStruct<T> && detail::has_place<T>();

template <>
struct Column<bool> {
  static DataType type() { return Boolean(); }
  static void write(ColumnSink& to, bool value) { to.boolean(value); }
};

template <json::detail::Integer T>
struct Column<T> {
  static DataType type() {
    constexpr bool kSigned = std::is_signed_v<T>;
    if constexpr (sizeof(T) == 1) return kSigned ? Int8() : Uint8();
    if constexpr (sizeof(T) == 2) return kSigned ? Int16() : Uint16();
    if constexpr (sizeof(T) == 4) return kSigned ? Int32() : Uint32();
    return kSigned ? Int64() : Uint64();
  }
  static void write(ColumnSink& to, T value) {
    if constexpr (std::is_signed_v<T>) {
      to.integer(value);
    } else {
      to.unsigned_integer(value);
    }
  }
};

template <class T>
requires std::same_as<T, double> || std::same_as<T, float>
struct Column<T> {
  static DataType type() { return std::same_as<T, float> ? Float32() : Float64(); }
  static void write(ColumnSink& to, T value) { to.real(static_cast<double>(value)); }
};

template <>
struct Column<std::string> {
  static DataType type() { return String(); }
  static void write(ColumnSink& to, const std::string& value) { to.text(value); }
};

/// Any JSON value is its text: a column has one type, such a value has none.
template <>
struct Column<Json> {
  static DataType type() { return String(); }
  static void write(ColumnSink& to, const Json& value) { to.text(value.text()); }
};

template <>
struct Column<Bytes> {
  static constexpr bool kNullable = true;
  static DataType type() { return Binary(); }
  static void write(ColumnSink& to, const Bytes& value) {
    value.is_null() ? to.null() : to.text(value.view());
  }
};

template <class T>
requires std::same_as<T, std::monostate> || std::same_as<T, std::nullptr_t>
struct Column<T> {
  static constexpr bool kNullable = true;
  static DataType type() { return Null(); }
  static void write(ColumnSink& to, T) { to.null(); }
};

/// By name.
template <json::detail::DescribedEnum E>
struct Column<E> {
  static DataType type() { return String(); }
  static void write(ColumnSink& to, E value) {
    for (const auto& known : json::detail::kEnumNames<E>) {
      if (known.value == value) return to.text(known.name);
    }
    throw CodecError("the enumeration has a value without a name");
  }
};

template <class T>
requires json::detail::Emptiable<T> && requires(const T& value) {
  *value;
}
struct Column<T> {
  using Value = std::remove_cvref_t<decltype(*std::declval<const T&>())>;
  using Parts = boost::mp11::mp_list<Value>;
  static constexpr bool kNullable = true;
  static DataType type() { return Column<Value>::type(); }
  static void write(ColumnSink& to, const T& value) { value ? Column<Value>::write(to, *value) : to.null(); }
};

namespace detail {

template <class L>
struct ListColumn {
  using Item = typename L::value_type;
  using Parts = boost::mp11::mp_list<Item>;
  static DataType type() { return List(Column<Item>::type(), is_nullable<Item>()); }
  static void write(ColumnSink& to, const L& list) {
    ColumnSink& items = to.begin_list();
    for (const Item& item : list) Column<Item>::write(items, item);
  }
};

template <class M>
struct MapColumn {
  using Value = typename M::mapped_type;
  using Parts = boost::mp11::mp_list<Value>;
  static DataType type() { return Map(Column<Value>::type(), is_nullable<Value>()); }
  static void write(ColumnSink& to, const M& map) {
    to.begin_map();
    for (const auto& [key, value] : map) {
      if (ColumnSink* const sink = to.entry(key)) Column<Value>::write(*sink, value);
    }
    to.end_map();
  }
};

}  // namespace detail

template <class T, class A>
struct Column<std::vector<T, A>> : detail::ListColumn<std::vector<T, A>> {};
template <class T, class A>
struct Column<std::deque<T, A>> : detail::ListColumn<std::deque<T, A>> {};
template <class T, std::size_t N>
struct Column<std::array<T, N>> : detail::ListColumn<std::array<T, N>> {};
template <class T, class C, class A>
struct Column<std::set<T, C, A>> : detail::ListColumn<std::set<T, C, A>> {};
template <class T, class H, class E, class A>
struct Column<std::unordered_set<T, H, E, A>> : detail::ListColumn<std::unordered_set<T, H, E, A>> {};
template <class V, class C, class A>
struct Column<std::map<std::string, V, C, A>> : detail::MapColumn<std::map<std::string, V, C, A>> {};
template <class V, class H, class E, class A>
struct Column<std::unordered_map<std::string, V, H, E, A>>
    : detail::MapColumn<std::unordered_map<std::string, V, H, E, A>> {};

/// Whole days are dates.
template <class D>
struct Column<std::chrono::sys_time<D>> {
  static DataType type() {
    if constexpr (std::same_as<D, std::chrono::days>) {
      return Date();
    } else {
      return Datetime("UTC", detail::unit_of<typename D::period>());
    }
  }
  static void write(ColumnSink& to, std::chrono::sys_time<D> value) {
    if constexpr (std::same_as<D, std::chrono::days>) {
      to.integer(value.time_since_epoch().count());
    } else {
      to.integer(detail::count_of(value.time_since_epoch()));
    }
  }
};

template <class D>
struct Column<std::chrono::local_time<D>> {
  static DataType type() { return Datetime({}, detail::unit_of<typename D::period>()); }
  static void write(ColumnSink& to, std::chrono::local_time<D> value) {
    to.integer(detail::count_of(value.time_since_epoch()));
  }
};

template <>
struct Column<std::chrono::year_month_day> {
  static DataType type() { return Date(); }
  static void write(ColumnSink& to, std::chrono::year_month_day value) {
    if (!value.ok()) throw CodecError("a date that no calendar has");
    to.integer(std::chrono::sys_days(value).time_since_epoch().count());
  }
};

template <std::integral Rep, class Period>
struct Column<std::chrono::duration<Rep, Period>> {
  static DataType type() { return Duration(detail::unit_of<Period>()); }
  static void write(ColumnSink& to, std::chrono::duration<Rep, Period> value) {
    to.integer(detail::count_of(value));
  }
};

/// The time of a day.
template <class D>
struct Column<std::chrono::hh_mm_ss<D>> {
  static DataType type() { return Time(detail::unit_of<typename D::period>()); }
  static void write(ColumnSink& to, const std::chrono::hh_mm_ss<D>& value) {
    to.integer(detail::count_of(value.to_duration()));
  }
};

/// The described members, under the names that they have in JSON.
template <json::detail::DescribedStruct T>
struct Column<T> {
  static constexpr std::size_t kCount = json::detail::kFieldCount<T>;
  using Parts = typename json::detail::FieldTypes<T, std::make_index_sequence<kCount>>::type;

  static DataType type() {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return Struct({detail::field_of<typename json::detail::FieldOf<T, I>::Type>(
          std::string(json::detail::FieldOf<T, I>::name))...});
    }
    (std::make_index_sequence<kCount>());
  }
  static void write(ColumnSink& to, const T& value) {
    to.begin_structure();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (write_field<I>(to, value), ...);
    }
    (std::make_index_sequence<kCount>());
  }

 private:
  template <std::size_t I>
  static void write_field(ColumnSink& to, const T& value) {
    using Member = json::detail::FieldOf<T, I>;
    if (ColumnSink* const sink = to.field(I))
      Column<typename Member::Type>::write(*sink, value.*Member::pointer);
  }
};

}  // namespace streams::parquet
