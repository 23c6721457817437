#include "batch.hpp"

#include "message_headers.hpp"

namespace streams::kafka {

namespace {

/// What librdkafka allocates for one message in its queue.
constexpr std::size_t kMessageOverhead = 400;

Bytes borrow(BytesOwner& owner, const void* data, std::size_t size) {
  if (data == nullptr) return {};
  return Bytes::borrow(owner, {static_cast<const char*>(data), size});
}

}  // namespace

void MessageHeaderReader::read(const void* record, std::vector<Header>& into) const {
  for_each_header(*static_cast<const rd_kafka_message_t*>(record),
                  [&](std::string_view name, const char* value, std::size_t size) {
                    into.push_back({std::string(name), copy_of(value, size)});
                  });
}

MessageBatch::MessageBatch(std::size_t capacity)
    : messages_(capacity, nullptr), topics_(capacity), records_(capacity) {}

MessageBatch::~MessageBatch() {
  clear();
}

void MessageBatch::add(rd_kafka_message_t& message, runtime::PartitionId partition, std::string_view topic,
                       const HeaderReader& reader) {
  messages_[size_] = &message;
  topics_[size_] = topic;
  reader_ = &reader;
  runtime::SourceRecord& record = records_[size_++];
  view(message, topic, record);
  record.partition = partition;
  bytes_ += message.len + message.key_len + kMessageOverhead;
}

runtime::SourceRecord MessageBatch::original(std::size_t index) {
  runtime::SourceRecord record;
  view(*messages_[index], topics_[index], record);
  record.partition = records_[index].partition;
  return record;
}

void MessageBatch::view(const rd_kafka_message_t& message, std::string_view topic,
                        runtime::SourceRecord& record) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp = rd_kafka_message_timestamp(&message, &type);
  record.envelope.key = borrow(*this, message.key, message.key_len);
  record.envelope.headers = Headers(*reader_, &message);
  record.envelope.timestamp = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
                                  ? kNoTimestamp
                                  : Timestamp(std::chrono::milliseconds(timestamp));
  record.envelope.origin = {topic, message.partition, message.offset};
  record.payload = borrow(*this, message.payload, message.len);
}

void MessageBatch::clear() noexcept {
  for (std::size_t i = 0; i < size_; ++i) {
    rd_kafka_message_destroy(messages_[i]);
    messages_[i] = nullptr;
  }
  size_ = 0;
  bytes_ = 0;
}

void MessageBatch::release() noexcept {
  // Held here, so that the pool, and this batch with it, ends behind the last statement and not within.
  const std::shared_ptr<BatchPool> pool = std::move(pool_);
  pool->take_back(*this);
}

BatchPool::BatchPool(ClientHandle consumer, std::shared_ptr<const void> context, std::size_t batch_capacity)
    : context_(std::move(context)), consumer_(std::move(consumer)), batch_capacity_(batch_capacity) {}

BatchPool::~BatchPool() {
  all_.clear();
  consumer_.reset();
}

runtime::BatchRef BatchPool::acquire(MessageBatch*& batch) {
  owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  reclaim();
  if (free_.empty()) {
    all_.push_back(std::make_unique<MessageBatch>(batch_capacity_));
    free_.reserve(all_.size());
    free_.push_back(all_.back().get());
  }
  batch = free_.back();
  free_.pop_back();
  batch->pool_ = shared_from_this();
  return runtime::BatchRef(*batch);
}

void BatchPool::reclaim() noexcept {
  if (!any_returned_.load(std::memory_order_acquire)) return;
  std::vector<MessageBatch*> returned;
  {
    const std::lock_guard lock(mutex_);
    returned.swap(returned_);
    any_returned_.store(false, std::memory_order_relaxed);
  }
  for (MessageBatch* batch : returned) {
    batch->clear();
    free_.push_back(batch);
  }
}

void BatchPool::take_back(MessageBatch& batch) noexcept {
  if (owner_.load(std::memory_order_relaxed) == std::this_thread::get_id()) {
    batch.clear();
    free_.push_back(&batch);
    return;
  }
  const std::lock_guard lock(mutex_);
  returned_.push_back(&batch);
  any_returned_.store(true, std::memory_order_release);
}

}  // namespace streams::kafka
