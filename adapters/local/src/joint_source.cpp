#include "joint_source.hpp"

#include <algorithm>

namespace streams::local {

absl::Status JointSource::start(runtime::SourceEvents& events) {
  worker_ = &events;
  absl::Status status;
  for (const auto& file : files_) status.Update(file->start(*this));
  return status;
}

void JointSource::poll() {
  for (const auto& file : files_) file->poll();
}

runtime::BatchRef JointSource::take(std::size_t max_records) {
  for (std::size_t tried = 0; tried < files_.size(); ++tried) {
    turn_ = (turn_ + 1) % files_.size();
    if (auto batch = files_[turn_]->take(max_records)) return batch;
  }
  return {};
}

void JointSource::commit(std::span<const runtime::PartitionOffset> offsets) {
  commit_status_ = absl::OkStatus();
  commits_open_ = offsets.size();
  for (const runtime::PartitionOffset& offset : offsets) files_[offset.id]->commit({&offset, 1});
}

void JointSource::committed(const absl::Status& status) {
  commit_status_.Update(status);
  if (--commits_open_ == 0) worker_->committed(commit_status_);
}

void JointSource::release(std::span<const runtime::PartitionId> partitions) {
  for (const runtime::PartitionId& id : partitions) files_[id]->release({&id, 1});
}

void JointSource::rewind(runtime::PartitionId partition, std::int64_t offset) {
  files_[partition]->rewind(partition, offset);
}

void JointSource::park(runtime::PartitionId partition, bool parked) {
  files_[partition]->park(partition, parked);
}

bool JointSource::finished() const {
  return std::all_of(files_.begin(), files_.end(), [](const auto& file) { return file->finished(); });
}

void JointSource::leave(bool give_up_partitions) {
  for (const auto& file : files_) file->leave(give_up_partitions);
}

bool JointSource::left() const {
  return std::all_of(files_.begin(), files_.end(), [](const auto& file) { return file->left(); });
}

}  // namespace streams::local
