#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include <streams/runtime/clock.hpp>
#include <streams/runtime/config.hpp>
#include <streams/runtime/io.hpp>
#include <streams/runtime/log.hpp>

#include "batch.hpp"
#include "client_config.hpp"
#include "handles.hpp"
#include "log_bridge.hpp"
#include "outage.hpp"
#include "purge.hpp"
#include "start_positions.hpp"
#include "waiter.hpp"

namespace streams::kafka {

struct MemberPlan {
  std::string name;  ///< for the log
  std::vector<MemberTopic> topics;
  ClientTraits traits;
  ClientSettings settings;
};

/// What a member may use. All of it outlives the member; `headers` outlives its batches as well.
struct MemberTools {
  runtime::Log* log = nullptr;
  const runtime::Clock* clock = nullptr;
  KafkaWaiter* waiter = nullptr;
  const HeaderReader* headers = nullptr;
  runtime::PartitionId* next_partition_id = nullptr;  ///< counted up for each assignment
};

/// One consumer: a member of one group on one cluster. The methods are those of `runtime::Source`.
///
/// Events come from the consumer's own queue. Records come from the data queue: the queue of each partition
/// is forwarded to it once the partition's start is committed, and taken off it (parked) while it is not to
/// be read.
class GroupMember {
 public:
  GroupMember(MemberPlan plan, MemberTools tools);
  ~GroupMember();
  GroupMember(const GroupMember&) = delete;
  GroupMember& operator=(const GroupMember&) = delete;

  absl::Status start(runtime::SourceEvents& events);
  void poll();
  runtime::BatchRef take(std::size_t max_records);
  /// Returns false, and there will be no `committed`, when no partition of `offsets` is one of this member's.
  bool commit(std::span<const runtime::PartitionOffset> offsets);
  void release(std::span<const runtime::PartitionId> partitions);
  void rewind(runtime::PartitionId id, std::int64_t offset);
  void park(runtime::PartitionId partition, bool parked);
  void leave(bool give_up_partitions);
  bool left() const { return left_; }
  /// As far as the last answers of the broker say; negative: unknown.
  std::int64_t end_of(runtime::PartitionId id) const;
  runtime::Connection connection() const { return {!outage_.lasts(), errors_}; }

 private:
  enum class Phase {
    starting,  ///< assigned and parked: its start is not committed yet, the worker does not know of it
    active,
    revoking,  ///< the worker is finishing it
    ignored,   ///< assigned for form's sake while leaving
  };

  struct Partition {
    runtime::PartitionId id = 0;
    JoinedTopic* topic = nullptr;
    std::int32_t number = 0;
    Phase phase = Phase::starting;
    std::int64_t next = 0;      ///< the offset that comes next
    std::int64_t read_to = -1;  ///< nothing is left to read below this offset
    bool seek_pending = false;
  };

  /// The consumer and what hangs on it.
  struct Connection {
    std::shared_ptr<BatchPool> pool;
    QueueHandle events;
    QueueHandle data;

    rd_kafka_t* client() const { return pool->consumer(); }
  };

  enum class Leaving { no, giving_up, keeping, closing };

  absl::Status connect();
  void disconnect();
  absl::Status subscribe();
  /// Ends the consumer without a word to the worker: a static member keeps its place in the group. Takes up
  /// to two seconds.
  void close();

  void serve_event(rd_kafka_event_t& event);
  void serve_rebalance(rd_kafka_event_t& event);
  void serve_commit(rd_kafka_event_t& event);
  void serve_error(rd_kafka_resp_err_t code, std::string_view text, const rd_kafka_message_t* message);

  /// Answers the assignment that waits once all its starts are known.
  void try_assign();
  void assign(rd_kafka_topic_partition_list_t& partitions, const std::vector<bool>& has_commit);
  void assign_ignored(rd_kafka_topic_partition_list_t& partitions);
  void commit_starts();
  void activate(std::span<Partition* const> partitions);

  void revoke(PartitionListHandle partitions);
  void lose(PartitionListHandle partitions);
  void finish_revoke();
  void unassign(rd_kafka_topic_partition_list_t& partitions);
  void revoke_all_for_keeping();

  void forward(const Partition& partition, bool to_worker);
  bool seek(Partition& partition);
  void retry_due();
  void rejoin_as_dynamic_member();
  void advance_leaving();
  void probe_cluster();
  void fail(absl::Status status);
  void note_commits(const rd_kafka_topic_partition_list_t& list);
  void end_commit(const absl::Status& status);
  void wake_in(std::chrono::milliseconds time) const;

  Partition* find(runtime::PartitionId id);
  const Partition* find(runtime::PartitionId id) const;
  Partition* find(const JoinedTopic& topic, std::int32_t number);
  Partition* find(const rd_kafka_topic_t* handle, std::int32_t number);
  void erase(const rd_kafka_topic_partition_list_t& list);
  void add_offset(rd_kafka_topic_partition_list_t& list, const Partition& partition,
                  std::int64_t offset) const;

  MemberPlan plan_;
  MemberTools tools_;
  Outage outage_;
  Purge purge_;
  runtime::SourceEvents* events_ = nullptr;
  std::optional<Connection> connection_;
  std::vector<JoinedTopic> topics_;
  std::vector<std::unique_ptr<Partition>> partitions_;

  PartitionListHandle pending_assign_;
  PartitionListHandle pending_revoke_;
  std::vector<runtime::PartitionId>
      unreleased_;  ///< of `pending_revoke_`, or of all when the partitions are kept

  bool starts_in_flight_ = false;
  bool commit_in_flight_ = false;
  std::optional<std::chrono::nanoseconds> retry_at_;
  std::optional<absl::Status> ended_commit_;  ///< told at the next poll
  std::optional<absl::Status> failure_;       ///< told at the next poll
  std::uint64_t errors_ = 0;
  bool failed_ = false;
  bool fenced_ = false;
  bool probing_ = false;
  std::chrono::nanoseconds next_probe_{0};
  rd_kafka_resp_err_t last_warning_ = RD_KAFKA_RESP_ERR_NO_ERROR;

  Leaving leaving_ = Leaving::no;
  std::chrono::nanoseconds leave_deadline_{0};
  bool left_ = false;
};

}  // namespace streams::kafka
