#pragma once

#include <streams/codec/codec.hpp>

namespace streams {

/// Formats to name where the default codec of a type is not the one wanted: `Parser<T, JsonFormat>`.
struct DefaultFormat {};
struct JsonFormat {};
struct ProtobufFormat {};
struct ProtobufJsonFormat {};
struct RawFormat {};

/// The codec of `T` in `Format`, as `type`; no `type` where there is none. Specialise it to add a format.
template <class Format, class T>
struct FormatCodec {};

template <Encodable T>
struct FormatCodec<DefaultFormat, T> {
  using type = Codec<T>;
};

template <class Format, class T>
using CodecIn = typename FormatCodec<Format, T>::type;

/// `T` can be read and written in `Format`.
template <class T, class Format>
concept EncodableIn = CodecFor<CodecIn<Format, T>, T>;

}  // namespace streams
