#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

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
    HeldBatches& home = *held->home;
    held->batch.reset();
    home.budget_.add(-held->bytes);
    home.spare_.push_back(held);
    --home.held_count_;
  }

  bool none() const noexcept { return held_count_ == 0; }

 private:
  MemoryBudget& budget_;
  std::vector<std::unique_ptr<Held>> all_;
  std::vector<Held*> spare_;
  std::size_t held_count_ = 0;
};

/// The source record that is being worked on, as what comes of it remembers it: for errors, and for a dead
/// letter, which is the record as it came.
class RecordInHand {
 public:
  RecordInHand() noexcept = default;
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
  /// The record as it came. Steps may have moved its envelope on; its origin, its payload and the memory
  /// stay.
  const SourceRecord& record() const { return held_->batch->records()[index_]; }
  /// The record with all that it came with.
  SourceRecord original() const { return held_->batch->original(index_); }

 private:
  HeldBatches::Held* held_ = nullptr;
  std::uint32_t index_ = 0;
};

}  // namespace streams::runtime
