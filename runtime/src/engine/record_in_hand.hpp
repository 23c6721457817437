#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <streams/operator.hpp>
#include <streams/runtime/record_batch.hpp>

#include "engine/memory_budget.hpp"

namespace streams::runtime {

/// Batches that something still refers to. Within a worker they are counted without atomics; the batch and
/// its share of the memory budget go when the last reference does. Threads: the worker's.
class HeldBatches {
 public:
  explicit HeldBatches(MemoryBudget& budget) : budget_(budget) {}

  struct Held {
    BatchRef batch;
    std::int64_t bytes = 0;
    std::uint32_t references = 0;
    bool message = false;  ///< it is a KeptMessage, and has no batch of its own
    HeldBatches* home = nullptr;
  };

  /// Takes the batch into account; the caller holds the first reference.
  Held* hold(BatchRef batch) {
    if (spare_.empty()) {
      all_.push_back(std::make_unique<Held>());
      spare_.push_back(all_.back().get());
    }
    Held* held = spare_.back();
    spare_.pop_back();
    held->bytes = static_cast<std::int64_t>(batch->bytes());
    held->batch = std::move(batch);
    held->references = 1;
    held->home = this;
    budget_.add(held->bytes);
    ++held_count_;
    return held;
  }

  static void drop(Held* held) noexcept {
    if (--held->references > 0) return;
    if (held->message) return drop_message(held);
    HeldBatches& home = *held->home;
    held->batch.reset();
    home.budget_.add(-held->bytes);
    home.spare_.push_back(held);
    --home.held_count_;
  }

  bool none() const noexcept { return held_count_ == 0; }

 private:
  static void drop_message(Held* held) noexcept;

  MemoryBudget& budget_;
  std::vector<std::unique_ptr<Held>> all_;
  std::vector<Held*> spare_;
  std::size_t held_count_ = 0;
};

struct KeptMessage;

/// The source record that is being worked on, or the several that a message was made of, as what comes of them
/// remembers them: for errors, and for dead letters, which are the records as they came.
class RecordInHand {
 public:
  RecordInHand() noexcept = default;
  explicit RecordInHand(KeptMessage& message) noexcept;
  RecordInHand(HeldBatches::Held* held, std::uint32_t index) noexcept : held_(held), index_(index) {
    if (held_ != nullptr) ++held_->references;
  }
  RecordInHand(const RecordInHand& other) noexcept : RecordInHand(other.held_, other.index_) {}
  RecordInHand(RecordInHand&& other) noexcept
      : held_(std::exchange(other.held_, nullptr)), index_(other.index_) {}
  RecordInHand& operator=(const RecordInHand& other) noexcept { return *this = RecordInHand(other); }
  RecordInHand& operator=(RecordInHand&& other) noexcept {
    std::swap(held_, other.held_);
    std::swap(index_, other.index_);
    return *this;
  }
  ~RecordInHand() {
    if (held_ != nullptr) HeldBatches::drop(held_);
  }

  explicit operator bool() const noexcept { return held_ != nullptr; }
  /// The record as it came; of several the first. Steps may have moved its envelope on; its origin, its payload and
  /// the memory stay.
  const SourceRecord& record() const;
  /// The record with all that it came with.
  SourceRecord original() const;
  /// What a step keeps, when it is that; else null.
  KeptMessage* message() const noexcept;

 private:
  HeldBatches::Held* held_ = nullptr;
  std::uint32_t index_ = 0;
};

/// A message that a step keeps past its call: the source records it was made of, each with a hold on its epoch.
/// Counted by the holds and records in hand that refer to it.
struct KeptMessage final : HeldBatches::Held, Hold::Counter {
  struct Part {
    RecordInHand record;  // one source record
    Hold hold;
    Envelope envelope;
  };
  std::vector<Part> parts;
  class KeptMessages* pool = nullptr;

  void add_hold() noexcept override { ++references; }
  void drop_hold() noexcept override { HeldBatches::drop(this); }
};

/// The kept messages of one worker, recycled. Outlives them. Threads: the worker's.
class KeptMessages {
 public:
  /// A message without parts; whoever takes a `Hold` on it first keeps it alive.
  KeptMessage& make();
  void recycle(KeptMessage& message) noexcept;

 private:
  std::vector<std::unique_ptr<KeptMessage>> all_;
  std::vector<KeptMessage*> spare_;
};

inline RecordInHand::RecordInHand(KeptMessage& message) noexcept : RecordInHand(&message, 0) {}

inline KeptMessage* RecordInHand::message() const noexcept {
  return held_ != nullptr && held_->message ? static_cast<KeptMessage*>(held_) : nullptr;
}

inline const SourceRecord& RecordInHand::record() const {
  if (const KeptMessage* kept = message()) return kept->parts.front().record.record();
  return held_->batch->records()[index_];
}

inline SourceRecord RecordInHand::original() const {
  if (const KeptMessage* kept = message()) return kept->parts.front().record.original();
  return held_->batch->original(index_);
}

}  // namespace streams::runtime
