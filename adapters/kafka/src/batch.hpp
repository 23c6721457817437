#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include <streams/headers.hpp>
#include <streams/runtime/record_batch.hpp>

#include "handles.hpp"

namespace streams::kafka {

/// Reads the headers of a consumed message; `record` is its rd_kafka_message_t.
class MessageHeaderReader final : public HeaderReader {
 public:
  void read(const void* record, std::vector<Header>& into) const override;
};

class BatchPool;

/// Consumed messages and the records that are views of them.
class MessageBatch final : public runtime::RecordBatch {
 public:
  explicit MessageBatch(std::size_t capacity);
  ~MessageBatch() override;

  std::span<runtime::SourceRecord> records() noexcept override { return {records_.data(), size_}; }
  runtime::SourceRecord original(std::size_t index) override;
  /// Keys, payloads and what librdkafka keeps for each message. The buffer of a fetch is shared by its
  /// messages and freed with the last of them, so up to one fetch (`fetch.message.max.bytes`) per partition
  /// comes on top.
  std::size_t bytes() const noexcept override { return bytes_; }

  /// Room for messages: the first `capacity()` entries are for the caller to fill.
  rd_kafka_message_t** room() noexcept { return messages_.data(); }
  std::size_t capacity() const noexcept { return messages_.size(); }

  /// Takes over the message as the next record. Messages are kept in the front of `room()`: the `n`th call
  /// keeps its message at place `n`, so those already added must not be touched, and those behind may be.
  void add(rd_kafka_message_t& message, runtime::PartitionId partition, std::string_view topic,
           const HeaderReader& reader);
  std::size_t size() const noexcept { return size_; }

  /// Frees the messages. On the thread that took them if possible: their memory goes back to its allocator
  /// there.
  void clear() noexcept;

 private:
  friend class BatchPool;
  void release() noexcept override;
  void view(const rd_kafka_message_t& message, std::string_view topic, runtime::SourceRecord& record);

  std::vector<rd_kafka_message_t*> messages_;
  std::vector<std::string_view> topics_;  ///< of the messages: a record's origin may be changed by then
  std::vector<runtime::SourceRecord> records_;
  const HeaderReader* reader_ = nullptr;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
  std::shared_ptr<BatchPool> pool_;  ///< while it is out: the messages need the consumer
};

/// The batches of one consumer, and the consumer itself: messages are parts of it, so it ends when the pool's
/// user and the last batch are gone, whichever is later.
///
/// Threads: `acquire` and `reclaim` on one thread, the owner's; batches come back from any.
class BatchPool : public std::enable_shared_from_this<BatchPool> {
 public:
  /// `context` is what the consumer's callbacks use; it ends behind the consumer.
  BatchPool(ClientHandle consumer, std::shared_ptr<const void> context, std::size_t batch_capacity);
  ~BatchPool();

  rd_kafka_t* consumer() const noexcept { return consumer_.get(); }

  /// An empty batch, with the caller as its only user.
  runtime::BatchRef acquire(MessageBatch*& batch);
  /// Frees the messages of batches that other threads gave back.
  void reclaim() noexcept;

 private:
  friend class MessageBatch;
  void take_back(MessageBatch& batch) noexcept;

  std::shared_ptr<const void> context_;
  ClientHandle consumer_;
  std::size_t batch_capacity_;
  std::atomic<std::thread::id> owner_{};
  std::vector<std::unique_ptr<MessageBatch>> all_;
  std::vector<MessageBatch*> free_;
  std::mutex mutex_;
  std::vector<MessageBatch*> returned_;  ///< by other threads; guarded by mutex_
  std::atomic<bool> any_returned_{false};
};

}  // namespace streams::kafka
