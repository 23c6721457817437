#pragma once

#include <memory>
#include <vector>

#include <streams/runtime/io.hpp>

#include "group_member.hpp"

namespace streams::kafka {

/// One worker's reading end: its members of groups, one for each cluster and group.
class KafkaSource final : public runtime::Source, private runtime::SourceEvents {
 public:
  /// The tools' `next_partition_id` is the source's own.
  KafkaSource(std::vector<MemberPlan> members, MemberTools tools);

  absl::Status start(runtime::SourceEvents& events) override;
  void poll() override;
  runtime::BatchRef take(std::size_t max_records) override;
  void commit(std::span<const runtime::PartitionOffset> offsets) override;
  void release(std::span<const runtime::PartitionId> partitions) override;
  void rewind(runtime::PartitionId partition, std::int64_t offset) override;
  bool finished() const override { return false; }
  void park(runtime::PartitionId partition, bool parked) override;
  void leave(bool give_up_partitions) override;
  bool left() const override;
  std::int64_t end_of(runtime::PartitionId partition) const override;
  runtime::Connection connection() const override;

 private:
  void assigned(std::span<const runtime::Assignment> partitions) override { worker_->assigned(partitions); }
  void revoked(std::span<const runtime::PartitionId> partitions) override { worker_->revoked(partitions); }
  void lost(std::span<const runtime::PartitionId> partitions) override { worker_->lost(partitions); }
  void committed(const absl::Status& status) override;
  void source_failed(const absl::Status& status) override { worker_->source_failed(status); }

  runtime::SourceEvents* worker_ = nullptr;
  KafkaWaiter& waiter_;
  const runtime::Clock& clock_;
  runtime::PartitionId next_partition_id_ = 0;
  std::vector<std::unique_ptr<GroupMember>> members_;
  std::size_t turn_ = 0;  ///< the member whose records come next
  std::size_t commits_open_ = 0;
  bool nothing_to_commit_ = false;
  absl::Status commit_status_;
};

}  // namespace streams::kafka
