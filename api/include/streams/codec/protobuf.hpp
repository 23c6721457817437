#pragma once

#include <concepts>
#include <string_view>

#include <google/protobuf/message_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <streams/bytes.hpp>
#include <streams/codec/codec.hpp>
#include <streams/codec/format.hpp>
#include <streams/export.hpp>
#include <streams/output.hpp>

namespace google::protobuf {
class Message;
}

namespace streams {

namespace protobuf {

STREAMS_EXPORT void decode(const Bytes& in, google::protobuf::MessageLite& out);
STREAMS_EXPORT void encode(const google::protobuf::MessageLite& value, Output& out);
STREAMS_EXPORT void decode_json(const Bytes& in, google::protobuf::Message& out);
STREAMS_EXPORT void encode_json(const google::protobuf::Message& value, Output& out);

}  // namespace protobuf

/// Protobuf's binary format, for any generated message. Unknown fields are kept; bytes that are no such
/// message, null bytes and missing required fields are CodecErrors. A proto3 string that is not UTF-8 is refused
/// when it is read; Protobuf writes it as it is. Needs the target streams::protobuf.
///
/// While a step that uses it lives, Protobuf's own log of the process is silent: it would repeat on stderr, for
/// each record, what the record's error says. The log handler stays the one that the program has set.
template <std::derived_from<google::protobuf::MessageLite> T>
struct ProtobufCodec {
  using Session = google::protobuf::LogSilencer;
  static constexpr std::string_view name = "protobuf";
  static void decode(const Bytes& in, T& out) { protobuf::decode(in, out); }
  static void encode(const T& value, Output& out) { protobuf::encode(value, out); }
};

/// Protobuf's JSON mapping, for messages with a descriptor (not `LITE_RUNTIME`). Unknown fields are ignored;
/// names are written in lowerCamelCase, and fields with default values are left out, as that mapping says.
template <std::derived_from<google::protobuf::Message> T>
struct ProtobufJsonCodec {
  using Session = google::protobuf::LogSilencer;
  static constexpr std::string_view name = "protobuf-json";
  static void decode(const Bytes& in, T& out) { protobuf::decode_json(in, out); }
  static void encode(const T& value, Output& out) { protobuf::encode_json(value, out); }
};

template <std::derived_from<google::protobuf::MessageLite> T>
struct Codec<T> : ProtobufCodec<T> {};

template <std::derived_from<google::protobuf::MessageLite> T>
struct FormatCodec<ProtobufFormat, T> {
  using type = ProtobufCodec<T>;
};

template <std::derived_from<google::protobuf::Message> T>
struct FormatCodec<ProtobufJsonFormat, T> {
  using type = ProtobufJsonCodec<T>;
};

}  // namespace streams
