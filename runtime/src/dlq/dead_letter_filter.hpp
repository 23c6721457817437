#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <streams/runtime/dead_letter_store.hpp>

#include "dlq/dead_letter_facts.hpp"

namespace streams::runtime::dlq {

/// Which dead letters are meant. What is not set lets everything through.
struct DeadLetterFilter {
  std::optional<std::string> step{};
  std::optional<std::string> error{};       ///< the kind
  std::optional<std::string> message{};     ///< a part of it
  std::optional<Timestamp> since{};         ///< when it became a dead letter, this moment included
  std::optional<Timestamp> until{};         ///< this moment not included
  std::optional<std::int32_t> partition{};  ///< of the queue
  std::optional<std::pair<std::int64_t, std::int64_t>> offsets{};  ///< of the queue, both included
};

bool passes(const DeadLetterFilter& filter, const DeadLetterFacts& facts);

/// What of these ranges the filter wants to see at all.
std::vector<DeadLetterRange> narrowed(const DeadLetterFilter& filter, std::vector<DeadLetterRange> ranges);

}  // namespace streams::runtime::dlq
