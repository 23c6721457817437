#include "observe/tap_line.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "dlq/json_line.hpp"
#include "dlq/time_text.hpp"

namespace streams::runtime {
namespace {

using dlq::JsonLine;

/// A document may be laid out over several lines; a line break within a string of it is escaped in any case.
std::string on_one_line(std::string_view json) {
  std::string line(json);
  std::replace_if(
      line.begin(), line.end(), [](char letter) { return letter == '\n' || letter == '\r'; }, ' ');
  return line;
}

void add_payload(JsonLine& line, const PayloadType& type, const void* payload, Output& out) {
  if (type.encode == nullptr) return;
  if (!type.encode(payload, out)) {
    line.null("payload");
  } else if (const std::string_view written = out.written(); written.size() > kTapPayloadBytes) {
    line.bytes("payload_begins", Bytes::copy_of(written.substr(0, kTapPayloadBytes)))
        .number("payload_bytes", static_cast<std::int64_t>(written.size()));
  } else if (type.codec == "json" || type.codec == "protobuf-json") {
    line.json("payload", on_one_line(written));
  } else {
    line.bytes("payload", Bytes::copy_of(written));
  }
  out.discard();
}

}  // namespace

std::string tap_line(const Envelope& envelope, const PayloadType& type, const void* payload, Output& out) {
  JsonLine line;
  line.text("topic", envelope.origin.topic)
      .number("partition", envelope.origin.partition)
      .number("offset", envelope.origin.offset);
  if (envelope.timestamp != kNoTimestamp) line.text("timestamp", dlq::iso_text(envelope.timestamp));
  line.bytes("key", envelope.key);
  std::vector<JsonLine> headers;
  // The record's own headers stay unread, so that a sink can pass them on as they came.
  const Headers lent = envelope.headers.lend();
  for (const Header& header : lent)
    headers.push_back(JsonLine().text("name", header.name).bytes("value", header.value));
  line.objects("headers", headers).text("type", type.name);
  add_payload(line, type, payload, out);
  return line.str();
}

}  // namespace streams::runtime
