#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include <streams/message.hpp>
#include <streams/runtime/record_batch.hpp>

// What a worker has of the outside world. An adapter implements these interfaces; the engine is all that uses
// them. Threads: one worker's objects are used by that worker's thread alone, `Waiter::wake` apart. No call
// blocks, except where it says so.

namespace streams::runtime {

/// A partition that is now read by this worker.
struct Assignment {
  PartitionId id = 0;
  std::string_view topic;  ///< lives as long as the source
  std::int32_t partition = 0;
  std::int64_t position = 0;  ///< the offset of the first record that will come; it is already committed
  std::size_t source = 0;     ///< index into `Segment::sources`
};

struct PartitionOffset {
  PartitionId id = 0;
  std::int64_t offset = 0;  ///< the next one to read
};

/// How the far end of a source or a sink does, as its library sees it.
struct Connection {
  bool reachable = true;
  std::uint64_t errors = 0;  ///< that the library has reported so far
};

/// What a source tells its worker, always from inside `Source::poll()`.
class SourceEvents {
 public:
  /// May be empty: the group has nothing for this worker.
  virtual void assigned(std::span<const Assignment> partitions) = 0;
  /// The group wants these back. The worker finishes and commits them, then calls `Source::release()` with
  /// exactly these. No record of theirs is taken any more.
  virtual void revoked(std::span<const PartitionId> partitions) = 0;
  /// These are gone: somebody else may read them already. Nothing of theirs may be committed.
  virtual void lost(std::span<const PartitionId> partitions) = 0;
  /// The commit asked for last has ended. A failed one may be asked for again.
  virtual void committed(const absl::Status& status) = 0;
  /// The source cannot go on and will not heal.
  virtual void source_failed(const absl::Status& status) = 0;

 protected:
  ~SourceEvents() = default;
};

/// One worker's reading end: a member of a consumer group.
///
/// Lifecycle: `start`, then `poll` and `take` in turn, `leave`, `poll` until `left()`, destroyed.
/// Transient faults heal inside; what does not heal arrives as `source_failed`.
class Source {
 public:
  virtual ~Source() = default;

  /// Joins the group. `events` outlives the source.
  virtual absl::Status start(SourceEvents& events) = 0;
  /// Serves what happened since the last call: assignments, revocations, ends of commits.
  virtual void poll() = 0;
  /// The next records, at most `max_records`, or none if there are none now. The worker handles a batch to
  /// its end before it calls `poll` or `take` again.
  virtual BatchRef take(std::size_t max_records) = 0;
  /// Commits these offsets; the end arrives as `committed`. One commit at a time.
  virtual void commit(std::span<const PartitionOffset> offsets) = 0;
  /// Gives back partitions that were revoked.
  virtual void release(std::span<const PartitionId> partitions) = 0;
  /// Reads the partition again from `offset`: the records taken behind it are void. What is already on its
  /// way from the old place is not delivered.
  virtual void rewind(PartitionId partition, std::int64_t offset) = 0;
  /// Stops bringing records of a partition, or goes on with it where it stopped; the other partitions go on in any
  /// case. What is already on its way may still come. A partition that is not assigned is ignored. Without this, the
  /// records that come meanwhile wait in memory.
  virtual void park(PartitionId partition, bool parked) {
    static_cast<void>(partition);
    static_cast<void>(parked);
  }
  /// The source has no more records and never will (a file's end). Only then does the worker end by itself.
  virtual bool finished() const = 0;
  /// Begins to leave. `give_up_partitions`: the group hands them on at once; else they stay reserved for a
  /// restart in place. Partitions still held come as `revoked`.
  virtual void leave(bool give_up_partitions) = 0;
  virtual bool left() const = 0;

  /// The offset behind the last record of the partition as far as it is known without asking anybody;
  /// negative: unknown. Asked a few times a second.
  virtual std::int64_t end_of(PartitionId /*partition*/) const { return -1; }
  /// Asked a few times a second.
  virtual Connection connection() const { return {}; }
};

/// One record on its way out. What it points to stays as it is until the sink has reported its end.
struct OutgoingRecord {
  std::size_t sink = 0;  ///< index into `Segment::sinks`
  const Envelope* envelope = nullptr;
  const Bytes* payload = nullptr;
  void* token = nullptr;  ///< the worker's own, handed back in the report
  /// Where it goes when it has no key: to this partition, modulo their number. Negative: wherever the sink likes.
  std::int32_t keyless_partition = -1;
};

/// What a sink tells its worker, always from inside `Sink::poll()` or `Sink::send()`.
class SinkEvents {
 public:
  /// The record is acknowledged.
  virtual void delivered(void* token) = 0;
  /// The record itself is at fault (too large, invalid): it will never be taken. `text` says why, without the
  /// payload.
  virtual void refused(void* token, std::string_view text) = 0;
  /// The sink cannot go on and will not heal. Reports of what is on its way need not come any more.
  virtual void sink_failed(const absl::Status& status) = 0;

 protected:
  ~SinkEvents() = default;
};

/// One worker's writing end, for all sinks of its segment. Records of one sink and partition keep their
/// order.
///
/// Lifecycle: `start`, then `send` and `poll`; destroyed. Destroying it abandons what is still on its way: it
/// reports nothing more, and once the destructor returns nothing of any record is read any more. An outage
/// holds records for as long as it lasts; it never turns them into errors.
class Sink {
 public:
  virtual ~Sink() = default;

  /// Connects; may block for up to 1 s. `events` outlives the sink.
  virtual absl::Status start(SinkEvents& events) = 0;
  /// Takes the record, or returns false when there is no room now and nothing was taken.
  virtual bool send(const OutgoingRecord& record) = 0;
  /// Reports what has been acknowledged or refused since the last call.
  virtual void poll() = 0;
  /// Sends what waits for company at once.
  virtual void flush() = 0;
  /// Asked a few times a second.
  virtual Connection connection() const { return {}; }
};

/// Where a worker sleeps while it has nothing to do.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Blocks until the worker's source or sink has something, `wake()` was called, or the time is over.
  virtual void wait(std::chrono::nanoseconds longest) = 0;
  /// Ends a `wait` now or the next one at once. From any thread and from signal-safe code's side threads.
  virtual void wake() = 0;
};

/// Everything outside that one worker uses. The engine destroys source and sink before the waiter.
struct WorkerIo {
  std::unique_ptr<Waiter> waiter;
  std::unique_ptr<Sink> sink;
  std::unique_ptr<Source> source;
};

}  // namespace streams::runtime
