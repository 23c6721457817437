#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <streams/bytes.hpp>
#include <streams/message.hpp>

namespace streams::runtime {

/// One assignment of one partition to one worker. The source counts them up from 0 and never uses one twice
/// in a worker: a partition that goes away and comes back has a new id, so that a late record of the earlier
/// time is known as such.
using PartitionId = std::uint32_t;

/// One record as the source got it: key, headers and payload are slices of the batch.
struct SourceRecord {
  Envelope envelope;
  Bytes payload;
  PartitionId partition = 0;
};

/// Records taken from a source in one go, in order for each partition. It owns the memory that its records
/// are slices of and is recycled by its source when the last reference goes. Threads: references may be
/// dropped on any thread; the rest is the worker's.
class RecordBatch : public BytesOwner {
 public:
  virtual std::span<SourceRecord> records() noexcept = 0;
  /// The record at that place of `records()` as it came, whatever steps have done to that one meanwhile.
  virtual SourceRecord original(std::size_t index) = 0;
  /// The memory that this batch keeps from being freed, in bytes.
  virtual std::size_t bytes() const noexcept = 0;

 protected:
  ~RecordBatch() override = default;
};

/// A counted reference to a batch, or none.
class BatchRef {
 public:
  BatchRef() noexcept = default;
  explicit BatchRef(RecordBatch& batch) noexcept : batch_(&batch) { batch.add_reference(); }
  BatchRef(const BatchRef& other) noexcept : batch_(other.batch_) {
    if (batch_ != nullptr) batch_->add_reference();
  }
  BatchRef(BatchRef&& other) noexcept : batch_(std::exchange(other.batch_, nullptr)) {}
  BatchRef& operator=(BatchRef other) noexcept {
    std::swap(batch_, other.batch_);
    return *this;
  }
  ~BatchRef() { reset(); }

  void reset() noexcept {
    if (batch_ != nullptr) std::exchange(batch_, nullptr)->drop_reference();
  }
  explicit operator bool() const noexcept { return batch_ != nullptr; }
  RecordBatch* operator->() const noexcept { return batch_; }
  RecordBatch& operator*() const noexcept { return *batch_; }

 private:
  RecordBatch* batch_ = nullptr;
};

}  // namespace streams::runtime
