#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <streams/operator.hpp>
#include <streams/runtime/io.hpp>

#include "engine/memory_budget.hpp"
#include "engine/record_in_hand.hpp"
#include "observe/counter.hpp"

namespace streams::runtime {

/// What went to one sink and what came of it. Threads: the worker's; values any.
struct SinkFigures {
  Counter sent;
  Counter sent_bytes;
  Counter acknowledged;
  Counter acknowledged_bytes;
  Counter refused;
};

/// The step whose record is on its way out, as the outbox reports to it.
class DeliveryOwner {
 public:
  /// The sink will never take the record. Returns true when it is dealt with, false when its epoch must stay
  /// open. `hold` may be taken over by what is still to be done.
  virtual bool refused(const Envelope& envelope, const RecordInHand& source, Hold& hold,
                       std::string_view text) = 0;

 protected:
  ~DeliveryOwner() = default;
};

/// Records between a sink step and the acknowledgement. Sends at once while the sink has room; what it has no
/// room for waits here in order, and the worker takes nothing new meanwhile. Each record keeps its epoch open
/// and its source record alive. Threads: the worker's.
class Outbox final : public SinkEvents {
 public:
  /// `sinks`: how many there are to send to.
  Outbox(Sink& sink, MemoryBudget& budget, std::size_t sinks)
      : sink_(sink), share_(budget), figures_(sinks) {}
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Takes a record for the sink of that index. `owner` outlives the outbox. `keyless_partition` as in
  /// `OutgoingRecord`.
  void send(std::size_t sink, Envelope& envelope, Bytes&& payload, Hold&& hold, const RecordInHand& source,
            DeliveryOwner& owner, std::int32_t keyless_partition = -1);

  /// Serves reports and sends what waits. True when something moved.
  bool poll();

  /// True while records wait because the sink has no room.
  bool backed_up() const noexcept { return !waiting_.empty(); }
  /// The sink that has no room, while it is so.
  std::size_t full_sink() const noexcept { return waiting_.front()->sink; }
  std::size_t in_flight() const noexcept { return in_flight_; }
  std::size_t waiting() const noexcept { return waiting_.size(); }
  /// Of all that waits or is on its way.
  std::int64_t bytes() const noexcept { return bytes_; }
  /// Of the record that was acknowledged last since the last call; `kNoTimestamp` when there is none.
  Timestamp take_acknowledged_time() noexcept { return std::exchange(acknowledged_time_, kNoTimestamp); }
  /// By `Segment::sinks`. From any thread.
  const std::vector<SinkFigures>& figures() const noexcept { return figures_; }
  /// Not OK once the sink has failed for good.
  const absl::Status& status() const noexcept { return status_; }

  void delivered(void* token) override;
  void refused(void* token, std::string_view text) override;
  void sink_failed(const absl::Status& status) override;

 private:
  struct Delivery {
    std::size_t sink = 0;
    Envelope envelope;
    Bytes payload;
    Hold hold;
    RecordInHand source;
    DeliveryOwner* owner = nullptr;
    std::int64_t bytes = 0;
    std::int32_t keyless_partition = -1;
  };
  static constexpr std::size_t kBlock = 512;

  Delivery* acquire();
  void retire(Delivery* delivery);
  bool try_send(Delivery* delivery);

  Sink& sink_;
  BudgetShare share_;  // seen by the others from each `poll()` on
  std::vector<std::unique_ptr<Delivery[]>> blocks_;
  std::vector<Delivery*> spare_;
  std::deque<Delivery*> waiting_;
  std::size_t in_flight_ = 0;
  std::int64_t bytes_ = 0;
  std::uint64_t reports_ = 0;
  Timestamp acknowledged_time_ = kNoTimestamp;
  std::vector<SinkFigures> figures_;
  absl::Status status_;
};

}  // namespace streams::runtime
