#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include <absl/status/status.h>

#include <streams/runtime/dead_letter_store.hpp>

#include "dlq/dead_letter_facts.hpp"

namespace streams::runtime::dlq {

/// Which records have been written back to their source. A record counts by its identity, not by its place in the
/// queue: a killed pipeline may have put it there twice, and a topic that was made anew has the same places again.
class RedriveLedger {
 public:
  absl::Status read(DeadLetterStore& store) {
    return store.read_ledger([this](const LedgerEntry& entry) { records_.insert(entry.record); });
  }
  bool has(const DeadLetterFacts& facts) const { return records_.contains(record_identity(facts)); }
  void add(const DeadLetterFacts& facts) { records_.insert(record_identity(facts)); }

 private:
  std::unordered_set<std::string> records_;
};

}  // namespace streams::runtime::dlq
