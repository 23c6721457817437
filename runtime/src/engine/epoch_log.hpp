#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include <streams/operator.hpp>
#include <streams/runtime/io.hpp>
#include <streams/runtime/record_batch.hpp>

namespace streams::runtime {

/// The records that one worker read between two commit points, and how much of their work is still owed.
class Epoch final : public Hold::Counter {
 public:
  void add_hold() noexcept override { ++holds_; }
  void drop_hold() noexcept override {
    --holds_;
    ++released_;
  }

  std::uint64_t number() const noexcept { return number_; }
  bool done() const noexcept { return closed_ && holds_ == 0; }

 private:
  friend class EpochLog;

  std::uint64_t number_ = 0;
  std::uint64_t holds_ = 0;
  std::uint64_t released_ = 0;  // since it was made: an epoch that is used again goes on counting
  std::uint64_t records_ = 0;
  bool closed_ = false;
  std::chrono::nanoseconds first_record_{};
  std::vector<PartitionOffset>
      positions_;  // of the partitions that moved; offsets are filled in when it closes
};

/// How far each partition has come, and how far it may be committed: the offsets of the longest prefix of
/// done epochs, never past it.
///
/// The open epoch collects the records that pass; `close()` begins the next one. Holds keep an epoch from
/// being done. Threads: the worker's.
class EpochLog {
 public:
  EpochLog();

  /// A partition begins at `position`, which is committed.
  void begin_partition(PartitionId id, std::int64_t position);
  /// Nothing of this partition will be committed any more.
  void forget_partition(PartitionId id);
  /// Everything of the partition that is not yet handed out for commit is void; reading goes on at the offset
  /// returned: the one behind the last record that was handed out.
  std::int64_t rewind_partition(PartitionId id);

  /// A record has passed all steps. `offset` is its own.
  void passed(PartitionId id, std::int64_t offset, std::chrono::nanoseconds now) {
    Partition& partition = partitions_[id];
    partition.next = offset + 1;
    if (partition.epoch != open_->number_) {
      partition.epoch = open_->number_;
      open_->positions_.push_back({id, 0});
    }
    if (open_->records_++ == 0) open_->first_record_ = now;
  }

  /// A hold on the open epoch.
  Hold hold() { return Hold(*open_); }
  std::uint64_t open_number() const noexcept { return open_->number_; }
  std::uint64_t open_records() const noexcept { return open_->records_; }
  /// When the open epoch got its first record; only while `open_records() > 0`.
  std::chrono::nanoseconds open_since() const noexcept { return open_->first_record_; }

  /// The offset behind the last record of the partition that has passed.
  std::int64_t position(PartitionId id) const noexcept { return partitions_[id].next; }

  /// Ends the open epoch, if it has records or holds, and begins the next.
  void close();

  /// Moves the offsets of the done prefix to those that may be committed.
  void collect_done();
  /// True when every epoch up to and including `number` was done at the last `collect_done()`.
  bool done_through(std::uint64_t number) const noexcept;
  /// Holds that are not released: messages on their way out, and those that steps keep.
  std::uint64_t owed() const noexcept;
  /// Holds that were released, ever.
  std::uint64_t released() const noexcept;
  /// True when nothing is open, owed or waiting to be committed.
  bool settled() const noexcept;

  bool has_committable() const noexcept { return !committable_.empty(); }
  bool committable_has(PartitionId id) const noexcept;
  /// Hands out the offsets that may be committed, one for each partition. Follow with `commit_succeeded` or
  /// `commit_failed`.
  std::vector<PartitionOffset> take_committable();
  /// The commit of these was refused: they may be tried again, unless newer ones are there.
  void commit_failed(const std::vector<PartitionOffset>& offsets);

 private:
  struct Partition {
    std::int64_t next = 0;       // behind the last record that passed
    std::int64_t committed = 0;  // as handed out for commit
    std::uint64_t epoch = 0;     // the last one it has an entry in
    bool known = false;
  };

  std::unique_ptr<Epoch> fresh_epoch();
  void merge_committable(PartitionOffset offset);

  std::vector<Partition> partitions_;  // by PartitionId
  std::deque<std::unique_ptr<Epoch>> closed_;
  std::unique_ptr<Epoch> open_;
  std::vector<std::unique_ptr<Epoch>> spare_;
  std::vector<PartitionOffset> committable_;
  std::uint64_t next_number_ = 1;
};

}  // namespace streams::runtime
