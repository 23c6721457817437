#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <streams/message.hpp>
#include <streams/runtime/clock.hpp>
#include <streams/runtime/log.hpp>
#include <streams/runtime/plan.hpp>

// What a tool for dead letters has of the outside world. An adapter implements these interfaces.

namespace streams::runtime {

/// Records of one partition of the queue: from `begin` up to, but without, `end`.
struct DeadLetterRange {
  std::int32_t partition = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  friend bool operator==(const DeadLetterRange&, const DeadLetterRange&) = default;
};

/// One entry of the ledger: what has been written back to its source.
struct LedgerEntry {
  std::int32_t partition = 0;  ///< of the dead letter, in the queue
  std::int64_t offset = 0;
  std::string record{};  ///< which record it held: an identity that only the writer of the entry can read
};

/// A record on its way back to where it was refused.
struct RedrivenRecord {
  Message<Bytes> record;  ///< as it is written; its origin says nothing
  /// For a record without a key: this partition of the source if it still has it, or, of an internal topic, this one
  /// modulo their number.
  std::optional<std::int32_t> partition{};
  LedgerEntry ledger;
  std::string
      internal_topic{};  ///< of the plan, where it goes instead of the source's topic; empty: it does not
};

/// The writing end of a redrive. While it is open, another one for the same pipeline and queue cannot commit; one that
/// was open before cannot any more.
///
/// Threads: one.
class DeadLetterRedrive {
 public:
  virtual ~DeadLetterRedrive() = default;
  /// Writes these records to the source, or to their internal topics, and their entries to the ledger: both or none, however this process ends,
  /// unless the redrive was opened with `at_least_once` and needs it. Blocks until all is committed. After an error the
  /// redrive is of no use any more, and the ledger alone knows whether the batch got through. Aborted: another redrive
  /// has taken over.
  virtual absl::Status commit(std::span<const RedrivenRecord> batch) = 0;
};

/// The dead letter queue of one source, as it is seen from outside of a run.
///
/// Threads: one. Each call blocks until it is done, `stop` of its context says so (Cancelled), or nobody has answered
/// for half a minute (Unavailable).
class DeadLetterStore {
 public:
  virtual ~DeadLetterStore() = default;

  /// What the queue holds now: records of transactions that are not committed yet, and what comes later, are left out.
  virtual absl::StatusOr<std::vector<DeadLetterRange>> ranges() = 0;
  /// Hands over the records of these ranges, in order for each partition, until `record` returns false. The origin is
  /// the place in the queue. A record lives as long as the call.
  virtual absl::Status read(std::span<const DeadLetterRange> ranges,
                            const std::function<bool(const Message<Bytes>& record)>& record) = 0;
  /// Hands over every committed entry of the ledger; none when there is no ledger yet. An entry may come several times.
  virtual absl::Status read_ledger(const std::function<void(const LedgerEntry& entry)>& entry) = 0;

  /// Opens the one redrive of this queue, and makes its ledger if there is none: read the ledger after that.
  /// FailedPrecondition: the source, or an internal topic behind it, and the ledger are on different clusters, so that one transaction cannot cover
  /// both, and `at_least_once` was not given.
  virtual absl::StatusOr<std::unique_ptr<DeadLetterRedrive>> open_redrive(bool at_least_once) = 0;
};

/// What a store is opened for. All references outlive it.
struct DeadLetterContext {
  const Plan& plan;
  const Segment& segment;
  const PlannedSource& source;  ///< of the segment; it has a queue
  Log& log;
  std::function<bool()> stop;  ///< asked every tenth of a second; true: end
};

}  // namespace streams::runtime
