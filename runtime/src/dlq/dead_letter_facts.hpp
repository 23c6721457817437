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
  std::string input{};  ///< the internal topic in which it was refused; empty: it is the source's own record
  std::int32_t input_partition = -1;
  std::int64_t input_offset = -1;
  Timestamp time = kNoTimestamp;  ///< when it became a dead letter
};

/// Nothing when the record has no such headers, or broken ones: then somebody else wrote it.
std::optional<DeadLetterFacts> read_facts(const Headers& headers);

/// Names the refused record for good: a dead letter with the same identity holds the same record once more. Another
/// topic of the same name has other timestamps. Several messages that one source record has become are told apart by
/// their places in the internal topic.
std::string record_identity(const DeadLetterFacts& facts);

/// The text of an error without what differs from record to record, so that equal errors can be counted: numbers are
/// `#`, and it ends after a line.
std::string error_group(std::string_view message);

}  // namespace streams::runtime::dlq
