#include "source.hpp"

#include <algorithm>
#include <utility>

namespace streams::kafka {

KafkaSource::KafkaSource(std::vector<MemberPlan> members, MemberTools tools)
    : waiter_(*tools.waiter), clock_(*tools.clock) {
  tools.next_partition_id = &next_partition_id_;
  for (auto& member : members) members_.push_back(std::make_unique<GroupMember>(std::move(member), tools));
}

absl::Status KafkaSource::start(runtime::SourceEvents& events) {
  worker_ = &events;
  for (const auto& member : members_)
    if (auto status = member->start(*this); !status.ok()) return status;
  return absl::OkStatus();
}

void KafkaSource::poll() {
  if (std::exchange(nothing_to_commit_, false))
    worker_->committed(absl::AbortedError("none of the partitions to commit is assigned any more"));
  for (const auto& member : members_) member->poll();
}

runtime::BatchRef KafkaSource::take(std::size_t max_records) {
  for (std::size_t tried = 0; tried < members_.size(); ++tried) {
    turn_ = (turn_ + 1) % members_.size();
    if (auto batch = members_[turn_]->take(max_records)) return batch;
  }
  return {};
}

void KafkaSource::commit(std::span<const runtime::PartitionOffset> offsets) {
  commit_status_ = absl::OkStatus();
  for (const auto& member : members_)
    if (member->commit(offsets)) ++commits_open_;
  if (commits_open_ > 0) return;
  nothing_to_commit_ = true;
  waiter_.wake_at(clock_.now());
}

void KafkaSource::committed(const absl::Status& status) {
  commit_status_.Update(status);
  if (--commits_open_ == 0) worker_->committed(commit_status_);
}

void KafkaSource::release(std::span<const runtime::PartitionId> partitions) {
  for (const auto& member : members_) member->release(partitions);
}

void KafkaSource::rewind(runtime::PartitionId partition, std::int64_t offset) {
  for (const auto& member : members_) member->rewind(partition, offset);
}

void KafkaSource::park(runtime::PartitionId partition, bool parked) {
  for (const auto& member : members_) member->park(partition, parked);
}

void KafkaSource::leave(bool give_up_partitions) {
  for (const auto& member : members_) member->leave(give_up_partitions);
}

std::int64_t KafkaSource::end_of(runtime::PartitionId partition) const {
  for (const auto& member : members_)
    if (const auto end = member->end_of(partition); end >= 0) return end;
  return -1;
}

runtime::Connection KafkaSource::connection() const {
  runtime::Connection all;
  for (const auto& member : members_) {
    const auto connection = member->connection();
    all.reachable = all.reachable && connection.reachable;
    all.errors += connection.errors;
  }
  return all;
}

bool KafkaSource::left() const {
  return std::all_of(members_.begin(), members_.end(), [](const auto& member) { return member->left(); });
}

}  // namespace streams::kafka
