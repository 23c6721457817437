#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>

#include <streams/bytes.hpp>
#include <streams/message.hpp>

namespace streams::local {

/// A record as one line of JSON:
///
///     {"key": "k", "headers": [["name", "value"]], "timestamp": 1700000000000, "partition": 0, "value":
///     "..."}
///
/// An absent or null key, header value or value is a null one; an absent timestamp is none; an absent
/// partition is 0.
/// `"encoding": "base64"` says that key, header values and value are base64: for bytes that are no UTF-8.
struct FramedRecord {
  std::optional<std::string> key;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  std::optional<std::int64_t> timestamp;
  std::int32_t partition = 0;
  std::optional<std::string> value;
};

/// The record of one line, or what is wrong with it, without quoting it.
absl::StatusOr<FramedRecord> parse_framed(std::string_view line);

/// Appends the record's line, with its end. Says what is wrong with a record that cannot be one.
absl::Status append_framed(const Envelope& envelope, const Bytes& payload, std::string& out);

}  // namespace streams::local
