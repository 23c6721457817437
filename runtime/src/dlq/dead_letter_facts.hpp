#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <streams/message.hpp>

namespace streams::runtime::dlq {

/// What the `streams.dlq.*` headers of a dead letter say.
struct DeadLetterFacts {
  std::string pipeline{};
  std::string segment{};
  std::string step{};
  std::string error{};
  std::string message{};
  std::string topic{};  ///< where the record came from
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  Timestamp timestamp = kNoTimestamp;  ///< the record's own
  int attempt = 1;
  Timestamp time = kNoTimestamp;  ///< when it became a dead letter
};

/// Nothing when the record has no such headers, or broken ones: then somebody else wrote it.
std::optional<DeadLetterFacts> read_facts(const Headers& headers);

/// Names the source record for good: a dead letter with the same identity holds the same record once more. Another
/// topic of the same name has other timestamps.
std::string record_identity(const DeadLetterFacts& facts);

/// The text of an error without what differs from record to record, so that equal errors can be counted: numbers are
/// `#`, and it ends after a line.
std::string error_group(std::string_view message);

}  // namespace streams::runtime::dlq
