#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <streams/bytes.hpp>
#include <streams/message.hpp>
#include <streams/output.hpp>

// The value of a record in an internal topic. Version 1, in this order, numbers in big-endian order:
//
//     1 byte   version
//     1 byte   kind: 0 a message; all others are control records, which readers that do not know them skip
//     1 byte   flags: bit 0 set when the message's payload is null
//     1 byte   length of the origin's topic
//     n bytes  the origin's topic
//     4 bytes  the origin's partition
//     8 bytes  the origin's offset
//     the rest is the payload, by the codec of its type
//
// Key, headers and timestamp are the record's own.

namespace streams::runtime {

struct RepartitionRecord {
  Origin origin;      ///< its topic is a slice of the record
  Bytes payload;      ///< a slice of the record
  bool data = false;  ///< false: a control record, with nothing else in it
};

/// Writes the record's value, to be taken from `into`.
void write_repartition_record(const Origin& origin, const Bytes& payload, Output& into);

/// Takes the value apart. Nothing when it is no such record: it has another version, or ends too early. `payload` is
/// valid as long as `value` is.
std::optional<RepartitionRecord> read_repartition_record(const Bytes& value);

}  // namespace streams::runtime
