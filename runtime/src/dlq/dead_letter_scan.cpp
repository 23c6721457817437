#include "dlq/dead_letter_scan.hpp"

#include <utility>

namespace streams::runtime::dlq {

absl::StatusOr<ScanCounts> scan(
    DeadLetterStore& store, const DeadLetterFilter& filter, std::optional<std::uint64_t> limit,
    const std::function<void(const Message<Bytes>& record, const DeadLetterFacts& facts)>& letter) {
  absl::StatusOr<std::vector<DeadLetterRange>> ranges = store.ranges();
  if (!ranges.ok()) return ranges.status();
  ScanCounts counts;
  const auto full = [&] { return limit && counts.matched >= *limit; };
  if (full()) return counts;
  absl::Status status = store.read(narrowed(filter, *std::move(ranges)), [&](const Message<Bytes>& record) {
    const std::optional<DeadLetterFacts> facts = read_facts(record.headers);
    if (!facts) {
      ++counts.foreign;
    } else if (passes(filter, *facts)) {
      ++counts.matched;
      letter(record, *facts);
    }
    return !full();
  });
  if (!status.ok()) return status;
  return counts;
}

}  // namespace streams::runtime::dlq
