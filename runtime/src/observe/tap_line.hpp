#pragma once

#include <cstddef>
#include <string>

#include <streams/message.hpp>
#include <streams/output.hpp>
#include <streams/payload_type.hpp>

namespace streams::runtime {

/// Of a longer payload only so much is shown.
inline constexpr std::size_t kTapPayloadBytes = std::size_t{64} << 10;

/// A record as one line of JSON: origin, time, key, headers, and the payload as its type's default codec writes it:
/// JSON as JSON, other bytes as text where they are text, else in Base64. A type without a codec shows its name
/// alone. `out` is what the codec writes into, and is left empty.
std::string tap_line(const Envelope& envelope, const PayloadType& type, const void* payload, Output& out);

}  // namespace streams::runtime
