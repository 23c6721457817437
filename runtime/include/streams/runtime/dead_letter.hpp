#pragma once

#include <array>
#include <string_view>

// The headers that a dead letter has beside its own. All values are text; times are milliseconds since 1970 UTC.

namespace streams::runtime::dead_letter {

inline constexpr std::string_view kPrefix = "streams.dlq.";
inline constexpr std::string_view kPipeline = "streams.dlq.pipeline";
inline constexpr std::string_view kSegment = "streams.dlq.segment";
/// The step that refused the record, what kind of error it was, and what it said.
inline constexpr std::string_view kStep = "streams.dlq.step";
inline constexpr std::string_view kError = "streams.dlq.error";
inline constexpr std::string_view kMessage = "streams.dlq.message";
/// Where the record came from.
inline constexpr std::string_view kTopic = "streams.dlq.topic";
inline constexpr std::string_view kPartition = "streams.dlq.partition";
inline constexpr std::string_view kOffset = "streams.dlq.offset";
inline constexpr std::string_view kTimestamp = "streams.dlq.timestamp";
/// The internal topic in which the message was refused that the record had become by then: the dead letter is that
/// message, without the topic's envelope. Absent where it is the source's own record.
inline constexpr std::string_view kInput = "streams.dlq.input";
/// Where in that topic it was, with `kInput`.
inline constexpr std::string_view kInputPartition = "streams.dlq.input.partition";
inline constexpr std::string_view kInputOffset = "streams.dlq.input.offset";
/// How often the record has become a dead letter, this time included. A redriven record carries it too, with
/// the pipeline that has counted.
inline constexpr std::string_view kAttempt = "streams.dlq.attempt";
/// When it became one.
inline constexpr std::string_view kTime = "streams.dlq.time";

/// Those that every dead letter has.
inline constexpr std::array kHeaders{kPipeline,  kSegment, kStep,      kError,   kMessage, kTopic,
                                     kPartition, kOffset,  kTimestamp, kAttempt, kTime};

/// What the name of a queue's ledger ends in: the compacted topic that lists what was redriven.
inline constexpr std::string_view kLedgerEnding = ".redriven";

}  // namespace streams::runtime::dead_letter
