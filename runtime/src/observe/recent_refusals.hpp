#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include <streams/runtime/snapshot.hpp>

namespace streams::runtime {

/// The last refused records of one worker. Threads: any.
class RecentRefusals {
 public:
  static constexpr std::size_t kMost = 20;

  void add(RefusalView refusal) {
    const std::lock_guard lock(mutex_);
    if (refusals_.size() == kMost) refusals_.pop_front();
    refusals_.push_back(std::move(refusal));
  }

  std::vector<RefusalView> look() const {
    const std::lock_guard lock(mutex_);
    return {refusals_.begin(), refusals_.end()};
  }

 private:
  mutable std::mutex mutex_;
  std::deque<RefusalView> refusals_;
};

}  // namespace streams::runtime
