#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <streams/runtime/dead_letter_store.hpp>

#include "dlq/dead_letter_facts.hpp"

namespace streams::runtime::dlq {

/// A dead letter of pipeline `metrics` that came from `in` 0/OFFSET.
DeadLetterFacts sample_facts(std::int64_t offset);

/// The record that has these facts in its headers, and one header of its own.
Message<Bytes> letter_of(const DeadLetterFacts& facts, const std::string& value);

/// A queue, its source and its ledger in memory.
class FakeStore final : public DeadLetterStore {
 public:
  std::map<std::int32_t, std::vector<Message<Bytes>>> queue;  ///< by partition; offsets count from 0
  std::vector<LedgerEntry> ledger;
  std::vector<RedrivenRecord> source;  ///< what was written back
  std::vector<std::size_t> batches;    ///< their sizes
  int opened = 0;
  absl::Status open_status;
  /// The commit with this number, from 0, fails with nothing written: this is where a process dies.
  std::size_t failing_commit = static_cast<std::size_t>(-1);

  void add(const DeadLetterFacts& facts, const std::string& value = "value");

  absl::StatusOr<std::vector<DeadLetterRange>> ranges() override;
  absl::Status read(std::span<const DeadLetterRange> ranges,
                    const std::function<bool(const Message<Bytes>&)>& record) override;
  absl::Status read_ledger(const std::function<void(const LedgerEntry&)>& entry) override;
  absl::StatusOr<std::unique_ptr<DeadLetterRedrive>> open_redrive(bool at_least_once) override;
};

}  // namespace streams::runtime::dlq
