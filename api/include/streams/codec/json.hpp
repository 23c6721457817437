#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include <boost/describe.hpp>  // BOOST_DESCRIBE_STRUCT is how an author describes a struct

#include <streams/bytes.hpp>
#include <streams/codec/codec.hpp>
#include <streams/codec/format.hpp>
#include <streams/codec/json_convert.hpp>
#include <streams/codec/json_field.hpp>
#include <streams/codec/json_reader.hpp>
#include <streams/codec/json_struct.hpp>
#include <streams/codec/json_value.hpp>
#include <streams/codec/json_writer.hpp>
#include <streams/output.hpp>

namespace streams {

/// JSON for every type that json::Convert knows: described structs (BOOST_DESCRIBE_STRUCT) and enums,
/// numbers, strings, optionals, containers, tuples, variants and `Json`, in any nesting.
///
/// Reading: members that no field takes are ignored, of a name that comes twice the last counts, integers
/// must be written as integers and fit, an absent or null `std::optional` is empty, every other field must
/// be there (see json_field.hpp for other names and defaults). The whole document is checked.
/// Writing: compact, fields in the order of declaration, empty optionals left out, UTF-8 as it is.
template <json::Convertible T>
struct JsonCodec {
  static constexpr std::string_view name = "json";

  static void decode(const Bytes& in, T& out) { decode(json::Reader(in), out); }
  static void decode(std::string_view in, T& out) { decode(json::Reader(in), out); }
  static void encode(const T& value, Output& out) {
    json::Writer writer(out);
    json::Convert<T>::write(writer, value);
  }

 private:
  static void decode(json::Reader&& reader, T& out) {
    if (!json::Convert<T>::read(reader, out) || !reader.finish()) [[unlikely]]
      reader.raise();
  }
};

/// JSON is the default of all those types but plain strings, which stand for themselves (raw.hpp).
template <json::Convertible T>
requires(!std::is_same_v<T, std::string>) struct Codec<T> : JsonCodec<T> {
};

template <json::Convertible T>
struct FormatCodec<JsonFormat, T> {
  using type = JsonCodec<T>;
};

namespace json {

/// The first described member of `T` that JSON cannot hold, for messages; empty when all can be held.
template <class T>
constexpr std::string_view first_unsupported_member() {
  std::string_view found;
  if constexpr (detail::DescribedStruct<T>) {
    boost::mp11::mp_for_each<detail::Described<T>>([&](auto member) {
      using Type = std::remove_cvref_t<decltype(std::declval<T&>().*decltype(member)::pointer)>;
      if (found.empty() && !Convertible<Type>) found = decltype(member)::name;
    });
  }
  return found;
}

}  // namespace json

template <class T>
Json Json::of(const T& value) {
  Output out;
  JsonCodec<T>::encode(value, out);
  return Json(std::string(out.written()));
}

template <class T>
T Json::as() const {
  T value{};
  JsonCodec<T>::decode(std::string_view(text_), value);
  return value;
}

}  // namespace streams
