#pragma once

#include <atomic>
#include <cstdint>

namespace streams::runtime {

/// The bytes that all workers of a process may keep at once: batches that are still referenced and records on
/// their way out. What the sources fetch ahead has a fixed share of its own. Threads: any. It is a gate, not
/// a lock: a worker looks before it takes a batch, so it is passed by one batch a worker at most.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t limit) noexcept : limit_(static_cast<std::int64_t>(limit)) {}

  void add(std::int64_t bytes) noexcept { used_.fetch_add(bytes, std::memory_order_relaxed); }
  bool exhausted() const noexcept { return used_.load(std::memory_order_relaxed) >= limit_; }
  std::int64_t used() const noexcept { return used_.load(std::memory_order_relaxed); }

 private:
  const std::int64_t limit_;
  std::atomic<std::int64_t> used_{0};
};

}  // namespace streams::runtime
