#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include <absl/status/statusor.h>

#include <streams/runtime/dead_letter_store.hpp>

#include "dlq/dead_letter_filter.hpp"

namespace streams::runtime::dlq {

/// What a look through a queue came across.
struct ScanCounts {
  std::uint64_t matched = 0;
  std::uint64_t foreign = 0;  ///< without headers of ours: somebody else wrote them
};

/// Hands over the dead letters that the filter lets through, `limit` of them at most, up to the queue's end as of now.
absl::StatusOr<ScanCounts> scan(
    DeadLetterStore& store, const DeadLetterFilter& filter, std::optional<std::uint64_t> limit,
    const std::function<void(const Message<Bytes>& record, const DeadLetterFacts& facts)>& letter);

}  // namespace streams::runtime::dlq
