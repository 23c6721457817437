#include "engine/outbox.hpp"

#include <utility>

namespace streams::runtime {
namespace {
// What a client library keeps for a record beside its bytes; measured on librdkafka, near enough for any.
constexpr std::int64_t kRecordOverhead = 256;
}  // namespace

Outbox::~Outbox() {
  for (const auto& block : blocks_) {
    for (std::size_t i = 0; i < kBlock; ++i) share_.add(-block[i].bytes);
  }
}

Outbox::Delivery* Outbox::acquire() {
  if (spare_.empty()) {
    blocks_.push_back(std::make_unique<Delivery[]>(kBlock));
    spare_.reserve(blocks_.size() * kBlock);
    for (std::size_t i = kBlock; i > 0; --i) spare_.push_back(&blocks_.back()[i - 1]);
  }
  Delivery* delivery = spare_.back();
  spare_.pop_back();
  return delivery;
}

void Outbox::retire(Delivery* delivery) {
  bytes_ -= delivery->bytes;
  share_.add(-std::exchange(delivery->bytes, 0));
  delivery->payload = Bytes();
  delivery->envelope.key = Bytes();
  delivery->envelope.headers = Headers();
  delivery->hold.release();
  delivery->source = RecordInHand();
  spare_.push_back(delivery);
}

bool Outbox::try_send(Delivery* delivery) {
  ++in_flight_;
  const OutgoingRecord record{delivery->sink, &delivery->envelope, &delivery->payload, delivery,
                              delivery->keyless_partition};
  if (sink_.send(record)) return true;
  --in_flight_;
  return false;
}

void Outbox::send(std::size_t sink, Envelope& envelope, Bytes&& payload, Hold&& hold,
                  const RecordInHand& source, DeliveryOwner& owner, std::int32_t keyless_partition) {
  Delivery* delivery = acquire();
  delivery->sink = sink;
  delivery->envelope = std::move(envelope);
  delivery->payload = std::move(payload);
  delivery->hold = std::move(hold);
  delivery->source = source;
  delivery->owner = &owner;
  delivery->keyless_partition = keyless_partition;
  delivery->bytes = static_cast<std::int64_t>(delivery->payload.size()) + kRecordOverhead;
  share_.add(delivery->bytes);
  bytes_ += delivery->bytes;
  figures_[sink].sent.add();
  figures_[sink].sent_bytes.add(delivery->payload.size());
  if (!waiting_.empty() || !try_send(delivery)) waiting_.push_back(delivery);
}

bool Outbox::poll() {
  const std::uint64_t before = reports_;
  sink_.poll();
  bool moved = reports_ != before;
  while (!waiting_.empty() && try_send(waiting_.front())) {
    waiting_.pop_front();
    moved = true;
  }
  share_.publish();
  return moved;
}

void Outbox::delivered(void* token) {
  ++reports_;
  --in_flight_;
  auto* delivery = static_cast<Delivery*>(token);
  figures_[delivery->sink].acknowledged.add();
  figures_[delivery->sink].acknowledged_bytes.add(delivery->payload.size());
  acknowledged_time_ = delivery->envelope.timestamp;
  retire(delivery);
}

void Outbox::refused(void* token, std::string_view text) {
  ++reports_;
  --in_flight_;
  auto* delivery = static_cast<Delivery*>(token);
  figures_[delivery->sink].refused.add();
  // An epoch whose record is not dealt with stays open for good: its offset must not be committed.
  if (delivery->owner->refused(delivery->envelope, delivery->source, delivery->hold, text)) retire(delivery);
}

void Outbox::sink_failed(const absl::Status& status) {
  if (status_.ok()) status_ = status;
}

}  // namespace streams::runtime
