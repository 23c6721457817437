#pragma once

#include <string>
#include <string_view>

#include <streams/bytes.hpp>
#include <streams/codec/codec.hpp>
#include <streams/output.hpp>

namespace streams_test {

template <class T, class C = streams::Codec<T>>
T decode(std::string_view text) {
  T value{};
  C::decode(streams::Bytes::copy_of(text), value);
  return value;
}

template <class T, class C = streams::Codec<T>>
std::string encode(const T& value) {
  streams::Output out;
  C::encode(value, out);
  return out.take().str();
}

/// The text of the CodecError, or a note that there was none.
template <class T, class C = streams::Codec<T>>
std::string decode_error(std::string_view text) {
  try {
    decode<T, C>(text);
  } catch (const streams::CodecError& error) {
    return error.what();
  }
  return "no error";
}

template <class T, class C = streams::Codec<T>>
std::string encode_error(const T& value) {
  try {
    encode<T, C>(value);
  } catch (const streams::CodecError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace streams_test
