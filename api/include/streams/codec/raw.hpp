#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include <streams/bytes.hpp>
#include <streams/codec/codec.hpp>
#include <streams/codec/format.hpp>
#include <streams/output.hpp>

namespace streams {

/// The bytes themselves: `Bytes` (shares the memory; null stays null) and `std::string` (a copy). Null cannot
/// be written: an output value is never null, and an empty one in its place would be a different record.
template <class T>
requires std::same_as<T, Bytes> || std::same_as<T, std::string>
struct RawCodec {
  static constexpr std::string_view name = "raw";

  static void decode(const Bytes& in, Bytes& out) { out = in; }
  static void decode(const Bytes& in, std::string& out) {
    if (in.is_null()) throw CodecError("expected text, found a null value (a tombstone)");
    out.assign(in.data(), in.size());
  }
  static void encode(const Bytes& value, Output& out) {
    if (value.is_null())
      throw CodecError("null bytes (a tombstone) cannot be serialised; send them on as Bytes");
    out.write(value.view());
  }
  static void encode(const std::string& value, Output& out) { out.write(value); }
};

template <>
struct Codec<Bytes> : RawCodec<Bytes> {};
template <>
struct Codec<std::string> : RawCodec<std::string> {};

template <class T>
requires std::same_as<T, Bytes> || std::same_as<T, std::string>
struct FormatCodec<RawFormat, T> {
  using type = RawCodec<T>;
};

}  // namespace streams
