#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <streams/runtime/io.hpp>
#include <streams/runtime/snapshot.hpp>

namespace streams::runtime {

/// The partitions of one worker, for others to see. Its lock is taken when the assignment changes, at a commit
/// and a few times a second; never for a record. Threads: `look` any, the rest is the worker's.
class PartitionBoard {
 public:
  void assigned(const Assignment& assignment) {
    const std::lock_guard lock(mutex_);
    entries_.push_back({assignment.id,
                        {.topic = std::string(assignment.topic),
                         .partition = assignment.partition,
                         .position = assignment.position,
                         .committed = assignment.position,
                         .assignment = assignment.id}});
  }

  void gone(PartitionId id) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [id](const Entry& entry) { return entry.id == id; });
  }

  void committed(std::span<const PartitionOffset> offsets) {
    const std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) {
      for (const PartitionOffset& offset : offsets) {
        if (offset.id == entry.id) entry.view.committed = offset.offset;
      }
    }
  }

  /// `update(id, view)` for each partition.
  template <class Update>
  void refresh(Update update) {
    const std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) update(entry.id, entry.view);
  }

  std::vector<PartitionView> look() const {
    const std::lock_guard lock(mutex_);
    std::vector<PartitionView> views;
    views.reserve(entries_.size());
    for (const Entry& entry : entries_) views.push_back(entry.view);
    return views;
  }

 private:
  struct Entry {
    PartitionId id = 0;
    PartitionView view;
  };

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace streams::runtime
