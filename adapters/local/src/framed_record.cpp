#include "framed_record.hpp"

#include <tuple>

#include <fmt/format.h>
#include <boost/describe.hpp>

#include <streams/codec/json.hpp>
#include <streams/output.hpp>

#include "base64.hpp"
#include "utf8.hpp"

namespace streams::local {

/// What stands in the line.
struct FramedLine {
  std::optional<std::string> key;
  std::optional<std::vector<std::tuple<std::string, std::optional<std::string>>>> headers;
  std::optional<std::int64_t> timestamp;
  std::optional<std::int32_t> partition;
  std::optional<std::string> encoding;
  std::optional<std::string> value;
};
BOOST_DESCRIBE_STRUCT(FramedLine, (), (key, headers, timestamp, partition, encoding, value))

namespace {

constexpr std::string_view kBase64 = "base64";

bool decode(std::optional<std::string>& field) {
  if (!field) return true;
  field = base64_decode(*field);
  return field.has_value();
}

bool is_text(const Bytes& bytes) {
  return bytes.is_null() || is_utf8(bytes.view());
}

bool is_all_text(const Envelope& envelope, const Bytes& payload) {
  if (!is_text(envelope.key) || !is_text(payload)) return false;
  for (const Header& header : envelope.headers) {
    if (!is_text(header.value)) return false;
  }
  return true;
}

std::optional<std::string> written(const Bytes& bytes, bool as_text) {
  if (bytes.is_null()) return std::nullopt;
  return as_text ? bytes.str() : base64_encode(bytes.view());
}

}  // namespace

absl::StatusOr<FramedRecord> parse_framed(std::string_view line) {
  FramedLine parsed;
  try {
    JsonCodec<FramedLine>::decode(line, parsed);
  } catch (const CodecError& error) {
    return absl::InvalidArgumentError(error.what());
  }
  FramedRecord record{
      std::move(parsed.key), {}, parsed.timestamp, parsed.partition.value_or(0), std::move(parsed.value)};
  if (parsed.headers) {
    for (auto& [name, value] : *parsed.headers)
      record.headers.emplace_back(std::move(name), std::move(value));
  }
  if (record.partition < 0) return absl::InvalidArgumentError("$.partition: below 0");
  if (record.timestamp && *record.timestamp < 0) return absl::InvalidArgumentError("$.timestamp: below 0");
  if (!parsed.encoding) return record;
  if (*parsed.encoding != kBase64) {
    return absl::InvalidArgumentError("$.encoding: it can be \"base64\", or be left out");
  }
  bool valid = decode(record.key) && decode(record.value);
  for (auto& [name, value] : record.headers) valid = decode(value) && valid;
  if (!valid) return absl::InvalidArgumentError("$.encoding says base64, but key, value or a header is none");
  return record;
}

absl::Status append_framed(const Envelope& envelope, const Bytes& payload, std::string& out) {
  const bool as_text = is_all_text(envelope, payload);
  FramedLine line;
  line.key = written(envelope.key, as_text);
  if (!envelope.headers.empty()) line.headers.emplace();
  for (const Header& header : envelope.headers) {
    if (!is_utf8(header.name)) return absl::InvalidArgumentError("a header's name is no UTF-8");
    line.headers->emplace_back(header.name, written(header.value, as_text));
  }
  if (envelope.timestamp >= Timestamp{}) line.timestamp = envelope.timestamp.time_since_epoch().count();
  if (envelope.origin.partition > 0) line.partition = envelope.origin.partition;
  if (!as_text) line.encoding = kBase64;
  line.value = written(payload, as_text);
  Output json;
  try {
    JsonCodec<FramedLine>::encode(line, json);
  } catch (const CodecError& error) {
    return absl::InvalidArgumentError(error.what());
  }
  out += json.written();
  out += '\n';
  return absl::OkStatus();
}

}  // namespace streams::local
