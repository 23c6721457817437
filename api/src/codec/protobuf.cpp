#include <streams/codec/protobuf.hpp>

#include <limits>
#include <memory>
#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>

namespace streams::protobuf {
namespace {

using google::protobuf::Message;
using google::protobuf::MessageLite;
namespace util = google::protobuf::util;

constexpr std::string_view kTypePrefix = "type.googleapis.com";
constexpr auto kLargestMessage = static_cast<std::size_t>(std::numeric_limits<int>::max());

std::string what(const MessageLite& message) {
  return "Protobuf message " + message.GetTypeName();
}

void refuse_null(const Bytes& in, const MessageLite& out) {
  if (in.is_null()) throw CodecError("expected a " + what(out) + ", found a null value (a tombstone)");
}

// The calls that check required fields themselves also write to stderr: check here, and call the others.
void require_initialized(const MessageLite& message) {
  if (!message.IsInitialized()) {
    throw CodecError(what(message) + ": required fields are missing: " + message.InitializationErrorString());
  }
}

void parse(const char* data, std::size_t size, MessageLite& out) {
  if (size > kLargestMessage || !out.ParsePartialFromArray(data, static_cast<int>(size))) {
    throw CodecError("the bytes are not a " + what(out) +
                     " (cut off, a text that is not UTF-8, or written by another schema or format)");
  }
  require_initialized(out);
}

std::unique_ptr<util::TypeResolver> resolver_of(const Message& message) {
  return std::unique_ptr<util::TypeResolver>(util::NewTypeResolverForDescriptorPool(
      std::string(kTypePrefix), message.GetDescriptor()->file()->pool()));
}

std::string type_url(const Message& message) {
  return std::string(kTypePrefix).append("/").append(message.GetDescriptor()->full_name());
}

/// Protobuf's texts quote the payload; of them only the field in front, as in `(tags[0].key): ...`, is safe.
std::string field_in(const std::string& text) {
  const auto open = text.find('(');
  const auto close = text.find("): ");
  if (open == std::string::npos || close == std::string::npos || close < open) return "$";
  const std::string field = text.substr(open + 1, close - open - 1);
  for (const char c : field) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == '[' || c == ']';
    if (!word) return "$";
  }
  return field.empty() ? "$" : "$." + field;
}

}  // namespace

void decode(const Bytes& in, MessageLite& out) {
  refuse_null(in, out);
  parse(in.data(), in.size(), out);
}

void encode(const MessageLite& value, Output& out) {
  require_initialized(value);
  const std::size_t size = value.ByteSizeLong();
  if (size > kLargestMessage) throw CodecError(what(value) + ": longer than 2 GiB");
  auto* const to = reinterpret_cast<std::uint8_t*>(out.reserve(size));
  value.SerializeWithCachedSizesToArray(to);
  out.advance(size);
}

void decode_json(const Bytes& in, Message& out) {
  refuse_null(in, out);
  if (in.size() > kLargestMessage) throw CodecError(what(out) + ": the JSON text is longer than 2 GiB");
  util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  std::string binary;
  const auto status =
      util::JsonToBinaryString(resolver_of(out).get(), type_url(out), in.str(), &binary, options);
  if (!status.ok()) {
    throw CodecError(field_in(std::string(status.message())) + ": this is not the JSON of a " + what(out) +
                     " (syntax, a wrong type, or a required field that is missing)");
  }
  parse(binary.data(), binary.size(), out);
}

void encode_json(const Message& value, Output& out) {
  require_initialized(value);
  std::string text;
  const auto status = util::BinaryToJsonString(resolver_of(value).get(), type_url(value),
                                               value.SerializePartialAsString(), &text);
  if (!status.ok()) throw CodecError(what(value) + ": cannot be written as JSON");
  out.write(text);
}

}  // namespace streams::protobuf
