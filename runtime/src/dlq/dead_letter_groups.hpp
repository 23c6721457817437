#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "dlq/dead_letter_facts.hpp"

namespace streams::runtime::dlq {

/// Dead letters with the same step, kind of error and, numbers apart, the same message.
struct DeadLetterGroup {
  std::string step;
  std::string error;
  std::string message;  ///< the group's: numbers are `#`
  std::uint64_t count = 0;
  std::uint64_t redriven = 0;
  Timestamp first = kNoTimestamp;  ///< when the first and the last of them became dead letters
  Timestamp last = kNoTimestamp;
};

class DeadLetterGroups {
 public:
  void add(const DeadLetterFacts& facts, bool redriven);
  /// The largest first.
  std::vector<DeadLetterGroup> sorted() const;

 private:
  std::map<std::tuple<std::string, std::string, std::string>, DeadLetterGroup> groups_;
};

/// A table for people, with the sum below it.
std::string table_of(const std::vector<DeadLetterGroup>& groups);
/// One line of JSON for each group.
std::string json_of(const std::vector<DeadLetterGroup>& groups);

}  // namespace streams::runtime::dlq
