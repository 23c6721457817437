#include "engine/epoch_log.hpp"

#include <algorithm>
#include <utility>

namespace streams::runtime {

EpochLog::EpochLog() {
  open_ = fresh_epoch();
}

std::unique_ptr<Epoch> EpochLog::fresh_epoch() {
  std::unique_ptr<Epoch> epoch;
  if (spare_.empty()) {
    epoch = std::make_unique<Epoch>();
  } else {
    epoch = std::move(spare_.back());
    spare_.pop_back();
  }
  epoch->number_ = next_number_++;
  epoch->holds_ = 0;
  epoch->records_ = 0;
  epoch->closed_ = false;
  epoch->positions_.clear();
  return epoch;
}

void EpochLog::begin_partition(PartitionId id, std::int64_t position) {
  if (partitions_.size() <= id) partitions_.resize(id + 1);
  partitions_[id] = {.next = position, .committed = position, .epoch = 0, .known = true};
}

void EpochLog::forget_partition(PartitionId id) {
  partitions_[id].known = false;
  std::erase_if(committable_, [id](const PartitionOffset& offset) { return offset.id == id; });
}

std::int64_t EpochLog::rewind_partition(PartitionId id) {
  const auto of_it = [id](const PartitionOffset& offset) { return offset.id == id; };
  for (auto& epoch : closed_) std::erase_if(epoch->positions_, of_it);
  std::erase_if(open_->positions_, of_it);
  Partition& partition = partitions_[id];
  partition.epoch = 0;
  // What may be committed already is done: reading it again would only repeat it.
  for (const PartitionOffset& offset : committable_) {
    if (offset.id == id) return partition.next = offset.offset;
  }
  return partition.next = partition.committed;
}

void EpochLog::close() {
  if (open_->records_ == 0 && open_->holds_ == 0) return;
  for (PartitionOffset& position : open_->positions_) position.offset = partitions_[position.id].next;
  open_->closed_ = true;
  closed_.push_back(std::exchange(open_, fresh_epoch()));
}

void EpochLog::collect_done() {
  while (!closed_.empty() && closed_.front()->done()) {
    for (const PartitionOffset& position : closed_.front()->positions_) merge_committable(position);
    spare_.push_back(std::move(closed_.front()));
    closed_.pop_front();
  }
}

std::uint64_t EpochLog::owed() const noexcept {
  std::uint64_t sum = open_->holds_;
  for (const auto& epoch : closed_) sum += epoch->holds_;
  return sum;
}

std::uint64_t EpochLog::released() const noexcept {
  std::uint64_t sum = open_->released_;
  for (const auto& epoch : closed_) sum += epoch->released_;
  for (const auto& epoch : spare_) sum += epoch->released_;
  return sum;
}

void EpochLog::merge_committable(PartitionOffset offset) {
  if (!partitions_[offset.id].known) return;
  const auto found = std::find_if(committable_.begin(), committable_.end(),
                                  [&](const PartitionOffset& other) { return other.id == offset.id; });
  if (found == committable_.end()) {
    committable_.push_back(offset);
  } else {
    found->offset = std::max(found->offset, offset.offset);
  }
}

bool EpochLog::done_through(std::uint64_t number) const noexcept {
  return open_->number_ > number && (closed_.empty() || closed_.front()->number_ > number);
}

bool EpochLog::settled() const noexcept {
  return closed_.empty() && open_->records_ == 0 && open_->holds_ == 0 && committable_.empty();
}

bool EpochLog::committable_has(PartitionId id) const noexcept {
  return std::any_of(committable_.begin(), committable_.end(),
                     [id](const PartitionOffset& offset) { return offset.id == id; });
}

std::vector<PartitionOffset> EpochLog::take_committable() {
  for (const PartitionOffset& offset : committable_) partitions_[offset.id].committed = offset.offset;
  return std::exchange(committable_, {});
}

void EpochLog::commit_failed(const std::vector<PartitionOffset>& offsets) {
  for (const PartitionOffset& offset : offsets) merge_committable(offset);
}

}  // namespace streams::runtime
