#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <boost/mp11/list.hpp>

#include <streams/codec/json_reader.hpp>
#include <streams/codec/json_value.hpp>
#include <streams/codec/json_writer.hpp>

namespace streams::json {

/// How one C++ type stands in JSON. Specialise it to give a type of your own a place inside JSON values:
///
///     template <> struct streams::json::Convert<Uuid> {
///       static constexpr unsigned kinds = streams::json::kString;     // what `read` accepts
///       static bool read(Reader& reader, Uuid& out);                  // false: a fault, noted in reader
///       static void write(Writer& writer, const Uuid& value);         // throws by writer.fail()
///     };
///
/// `read` gets a value-initialised `out`, which may hold what its declaration gives it. Optional parts:
/// `using Parts = boost::mp11::mp_list<...>` (types that must be convertible too) and `static bool
/// is_empty(const T&)` (such a field may be absent).
template <class T>
struct Convert;

namespace detail {

template <class T>
concept HasConvert = requires {
  sizeof(Convert<T>);
};

template <class T, class... Seen>
constexpr bool is_supported();

template <class Parts, class... Seen>
constexpr bool all_supported = false;
template <class... Part, class... Seen>
// NOLINTNEXTLINE(misc-redundant-expression): a fold has one operand written
constexpr bool all_supported<boost::mp11::mp_list<Part...>, Seen...> = (is_supported<Part, Seen...>() && ...);

template <class T, class... Seen>
constexpr bool is_supported() {
  constexpr bool contains_itself = (std::is_same_v<T, Seen> || ...);
  if constexpr (!contains_itself && requires { typename Convert<T>::Parts; }) {
    return all_supported<typename Convert<T>::Parts, T, Seen...>;
  } else {
    return contains_itself || HasConvert<T>;
  }
}

template <class T>
concept Integer =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

/// An optional or a pointer: empty is `null`, or absent.
template <class T>
concept Emptiable = requires(const T& value) {
  { Convert<T>::is_empty(value) } -> std::same_as<bool>;
};

}  // namespace detail

/// `T` and all that is in it can be read from JSON and written to it.
template <class T>
concept Convertible = detail::is_supported<T>();

template <>
struct Convert<bool> {
  static constexpr unsigned kinds = kBoolean;
  static bool read(Reader& reader, bool& out) { return reader.read_bool(out); }
  static void write(Writer& writer, bool value) { writer.boolean(value); }
};

template <detail::Integer T>
struct Convert<T> {
  static constexpr unsigned kinds = kInteger;
  static bool read(Reader& reader, T& out) { return reader.read_integer(out); }
  static void write(Writer& writer, T value) { writer.integer(value); }
};

template <class T>
requires std::same_as<T, double> || std::same_as<T, float>
struct Convert<T> {
  static constexpr unsigned kinds = kInteger | kFraction;
  static bool read(Reader& reader, T& out) { return reader.read_number(out); }
  static void write(Writer& writer, T value) { writer.number(value); }
};

template <>
struct Convert<std::string> {
  static constexpr unsigned kinds = kString;
  static bool read(Reader& reader, std::string& out) { return reader.read_string(out); }
  static void write(Writer& writer, const std::string& value) { writer.string(value); }
};

template <class T>
requires std::same_as<T, std::monostate> || std::same_as<T, std::nullptr_t>
struct Convert<T> {
  static constexpr unsigned kinds = kNull;
  static bool read(Reader& reader, T&) { return reader.read_null(); }
  static void write(Writer& writer, T) { writer.null(); }
};

template <>
struct Convert<Json> {
  static constexpr unsigned kinds = kAnyKind;
  static bool read(Reader& reader, Json& out) {
    std::string_view text;
    if (!reader.skip_value(text)) return false;
    out = JsonText::checked(text);
    return true;
  }
  static void write(Writer& writer, const Json& value) { writer.raw(value.text()); }
};

template <class T>
struct Convert<std::optional<T>> {
  using Parts = boost::mp11::mp_list<T>;
  static constexpr unsigned kinds = kNull | Convert<T>::kinds;
  static bool is_empty(const std::optional<T>& value) { return !value.has_value(); }
  static bool read(Reader& reader, std::optional<T>& out) {
    if (reader.at_null()) {
      out.reset();
      return reader.read_null();
    }
    return Convert<T>::read(reader, out.emplace());
  }
  static void write(Writer& writer, const std::optional<T>& value) {
    value ? Convert<T>::write(writer, *value) : writer.null();
  }
};

template <class T>
struct Convert<std::unique_ptr<T>> {
  using Parts = boost::mp11::mp_list<T>;
  static constexpr unsigned kinds = kNull | Convert<T>::kinds;
  static bool is_empty(const std::unique_ptr<T>& value) { return value == nullptr; }
  static bool read(Reader& reader, std::unique_ptr<T>& out) {
    if (reader.at_null()) {
      out.reset();
      return reader.read_null();
    }
    out = std::make_unique<T>();
    return Convert<T>::read(reader, *out);
  }
  static void write(Writer& writer, const std::unique_ptr<T>& value) {
    value ? Convert<T>::write(writer, *value) : writer.null();
  }
};

namespace detail {

/// Arrays of any length; `add` takes a reader of one element.
template <class T, class Container>
void write_elements(Writer& writer, const Container& container) {
  writer.raw('[');
  bool first = true;
  for (const auto& element : container) {
    if (!std::exchange(first, false)) writer.raw(',');
    Convert<T>::write(writer, element);
  }
  writer.raw(']');
}

}  // namespace detail

template <class T, class Allocator>
struct Convert<std::vector<T, Allocator>> {
  using Parts = boost::mp11::mp_list<T>;
  static constexpr unsigned kinds = kArray;
  static bool read(Reader& reader, std::vector<T, Allocator>& out) {
    out.clear();
    Next next = reader.begin_array();
    for (; next == Next::kMore; next = reader.next_element()) {
      if constexpr (std::same_as<T, bool>) {
        bool element = false;
        if (!reader.read_bool(element)) return false;
        out.push_back(element);
      } else {
        if (!Convert<T>::read(reader, out.emplace_back())) return false;
      }
    }
    return next == Next::kEnd;
  }
  static void write(Writer& writer, const std::vector<T, Allocator>& value) {
    detail::write_elements<T>(writer, value);
  }
};

template <class T, class Compare, class Allocator>
struct Convert<std::set<T, Compare, Allocator>> {
  using Parts = boost::mp11::mp_list<T>;
  static constexpr unsigned kinds = kArray;
  static bool read(Reader& reader, std::set<T, Compare, Allocator>& out) {
    out.clear();
    Next next = reader.begin_array();
    for (; next == Next::kMore; next = reader.next_element()) {
      T element{};
      if (!Convert<T>::read(reader, element)) return false;
      out.insert(std::move(element));
    }
    return next == Next::kEnd;
  }
  static void write(Writer& writer, const std::set<T, Compare, Allocator>& value) {
    detail::write_elements<T>(writer, value);
  }
};

namespace detail {

/// Positional arrays: exactly the elements of `Tuple`, but those at the end that may be empty may be absent.
template <class Tuple>
struct Positional {
  static constexpr std::size_t kSize = std::tuple_size_v<Tuple>;

  static bool read(Reader& reader, Tuple& out) {
    const Reader::Mark begin = reader.mark();
    Next next = reader.begin_array();
    std::size_t count = 0;
    const bool read = [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (read_one<I>(reader, out, next, count) && ...);
    }
    (std::make_index_sequence<kSize>());
    if (!read || next == Next::kFault) return false;
    if (next == Next::kMore)
      return reader.fail_at(begin, "expected " + std::to_string(kSize) + " elements, found more");
    const bool rest_may_be_absent = [&]<std::size_t... I>(std::index_sequence<I...>) {
      return ((I < count || Emptiable<std::tuple_element_t<I, Tuple>>)&&...);
    }
    (std::make_index_sequence<kSize>());
    return rest_may_be_absent || reader.fail_at(begin, "expected " + std::to_string(kSize) +
                                                           " elements, found " + std::to_string(count));
  }

  static void write(Writer& writer, const Tuple& value) {
    writer.raw('[');
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (((I > 0 ? writer.raw(',') : void()),
        Convert<std::tuple_element_t<I, Tuple>>::write(writer, std::get<I>(value))),
       ...);
    }
    (std::make_index_sequence<kSize>());
    writer.raw(']');
  }

 private:
  template <std::size_t I>
  static bool read_one(Reader& reader, Tuple& out, Next& next, std::size_t& count) {
    if (next != Next::kMore) return true;
    if (!Convert<std::tuple_element_t<I, Tuple>>::read(reader, std::get<I>(out))) return false;
    ++count;
    next = reader.next_element();
    return true;
  }
};

}  // namespace detail

template <class... T>
struct Convert<std::tuple<T...>> : detail::Positional<std::tuple<T...>> {
  using Parts = boost::mp11::mp_list<T...>;
  static constexpr unsigned kinds = kArray;
};

template <class A, class B>
struct Convert<std::pair<A, B>> : detail::Positional<std::pair<A, B>> {
  using Parts = boost::mp11::mp_list<A, B>;
  static constexpr unsigned kinds = kArray;
};

template <class T, std::size_t N>
struct Convert<std::array<T, N>> {
  using Parts = boost::mp11::mp_list<T>;
  static constexpr unsigned kinds = kArray;
  static bool read(Reader& reader, std::array<T, N>& out) {
    const Reader::Mark begin = reader.mark();
    Next next = reader.begin_array();
    std::size_t count = 0;
    for (; next == Next::kMore && count < N; next = reader.next_element()) {
      if (!Convert<T>::read(reader, out[count++])) return false;
    }
    if (next == Next::kFault) return false;
    if (next == Next::kMore)
      return reader.fail_at(begin, "expected " + std::to_string(N) + " elements, found more");
    return count == N || reader.fail_at(begin, "expected " + std::to_string(N) + " elements, found " +
                                                   std::to_string(count));
  }
  static void write(Writer& writer, const std::array<T, N>& value) {
    detail::write_elements<T>(writer, value);
  }
};

namespace detail {

/// How a map key stands in JSON, where every key is a string.
template <class K>
struct MapKey;

template <>
struct MapKey<std::string> {
  static bool read(Reader&, std::string_view text, std::string& out) {
    out.assign(text.data(), text.size());
    return true;
  }
  static void write(Writer& writer, const std::string& key) { writer.string(key); }
};

template <Integer K>
struct MapKey<K> {
  static bool read(Reader& reader, std::string_view text, K& out) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (fault == std::errc() && end == text.data() + text.size()) return true;
    return reader.fail("expected a key that is an integer in range");
  }
  static void write(Writer& writer, K key) {
    writer.raw('"');
    writer.integer(key);
    writer.raw('"');
  }
};

template <class K>
concept Key = requires {
  sizeof(MapKey<K>);
};

template <class Map>
struct MapConvert {
  using Value = typename Map::mapped_type;
  using Parts = boost::mp11::mp_list<Value>;
  static constexpr unsigned kinds = kObject;

  static bool read(Reader& reader, Map& out) {
    out.clear();
    Next next = reader.begin_object();
    for (; next == Next::kMore; next = reader.next_member()) {
      std::string_view text;
      typename Map::key_type key{};
      if (!reader.read_key(text) || !MapKey<typename Map::key_type>::read(reader, text, key)) return false;
      const std::size_t before = out.size();
      // Keys often come sorted, and then the end is where they go.
      Value& value = out.try_emplace(out.end(), std::move(key))->second;
      if (out.size() == before) value = Value{};
      if (!Convert<Value>::read(reader, value)) return false;
    }
    return next == Next::kEnd;
  }

  static void write(Writer& writer, const Map& map) {
    writer.raw('{');
    bool first = true;
    for (const auto& [key, value] : map) {
      if (!std::exchange(first, false)) writer.raw(',');
      MapKey<typename Map::key_type>::write(writer, key);
      writer.raw(':');
      Convert<Value>::write(writer, value);
    }
    writer.raw('}');
  }
};

}  // namespace detail

template <detail::Key K, class V, class Compare, class Allocator>
struct Convert<std::map<K, V, Compare, Allocator>> : detail::MapConvert<std::map<K, V, Compare, Allocator>> {
};

template <detail::Key K, class V, class Hash, class Equal, class Allocator>
struct Convert<std::unordered_map<K, V, Hash, Equal, Allocator>>
    : detail::MapConvert<std::unordered_map<K, V, Hash, Equal, Allocator>> {};

/// One of several types, told apart by the kind of the JSON value and then by fit: integers before floating
/// point, enumerations before strings, `Json` last; among several objects the type that leaves the fewest
/// members unused (those of the object itself before those deeper inside); else the first declared.
template <class... T>
struct Convert<std::variant<T...>> {
  using Parts = boost::mp11::mp_list<T...>;
  using Variant = std::variant<T...>;
  static constexpr unsigned kinds = (0u | ... | Convert<T>::kinds);

  static bool read(Reader& reader, Variant& out) {
    const unsigned kind = reader.kind();
    const Reader::Mark begin = reader.mark();
    const unsigned candidates = (0u + ... + unsigned{(Convert<T>::kinds & kind) != 0});
    const bool outermost = reader.begin_fit();
    bool found = false;
    Reader::Mark end = begin;
    for (int rank = 0; rank <= kLastRank && !found; ++rank) {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (attempt<I>(reader, kind, rank, begin, out, found, end) || ...);
      }
      (std::index_sequence_for<T...>());
    }
    if (outermost) reader.end_fit();
    if (found) {
      reader.rewind(end);
      return true;
    }
    // The fault of an only candidate says more than that nothing fits.
    return candidates == 1 ? false
                           : reader.fail_at(begin, "fits none of the " + std::to_string(sizeof...(T)) +
                                                       " types that may stand here");
  }

  static void write(Writer& writer, const Variant& value) {
    std::visit(
        [&]<class A>(const A& alternative) {
          if constexpr (std::is_floating_point_v<A> && (detail::Integer<T> || ...)) {
            writer.number(alternative, true);
          } else {
            Convert<A>::write(writer, alternative);
          }
        },
        value);
  }

 private:
  static constexpr int kLastRank = 2;
  template <class A>
  static constexpr int rank_of() {
    if constexpr (std::same_as<A, Json>) return kLastRank;
    return detail::Integer<A> || std::is_enum_v<A> ? 0 : 1;
  }

  /// True when nothing better can follow.
  template <std::size_t I>
  static bool attempt(Reader& reader, unsigned kind, int rank, const Reader::Mark& begin, Variant& out,
                      bool& found, Reader::Mark& end) {
    using A = std::variant_alternative_t<I, Variant>;
    if ((Convert<A>::kinds & kind) == 0 || rank_of<A>() != rank) return false;
    reader.rewind(begin);
    A value{};
    if (!Convert<A>::read(reader, value)) return false;
    if (found && reader.ignored() >= end.ignored) return false;
    out.template emplace<I>(std::move(value));
    found = true;
    end = reader.mark();
    return end.ignored == begin.ignored;
  }
};

}  // namespace streams::json
