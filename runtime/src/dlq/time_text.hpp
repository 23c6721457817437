#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <streams/message.hpp>

namespace streams::runtime::dlq {

/// `2026-01-31T12:00:00.000Z`; `-` for a record without a time.
std::string iso_text(Timestamp time);

/// A moment as an operator writes it: `2026-01-31`, `2026-01-31T12:00`, `...:30`, `...:30.5`, with or without `Z` (it is
/// UTC in any case), or how long before `now`: `2h`, `30m`. Nothing: it is neither.
std::optional<Timestamp> parse_moment(std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace streams::runtime::dlq
