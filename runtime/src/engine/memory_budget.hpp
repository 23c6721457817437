#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace streams::runtime {

/// The bytes that all workers of a process may keep at once: batches that are still referenced and records on
/// their way out. What the sources fetch ahead has a fixed share of its own. Threads: any. It is a gate, not
/// a lock: a worker looks before it takes a batch, so it is passed by one batch a worker at most.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t limit) noexcept : limit_(static_cast<std::int64_t>(limit)) {}

  void add(std::int64_t bytes) noexcept { used_.fetch_add(bytes, std::memory_order_relaxed); }
  bool exhausted() const noexcept { return used_.load(std::memory_order_relaxed) >= limit_; }
  std::int64_t limit() const noexcept { return limit_; }
  std::int64_t used() const noexcept { return used_.load(std::memory_order_relaxed); }

 private:
  const std::int64_t limit_;
  std::atomic<std::int64_t> used_{0};
};

/// What one worker takes of the budget record by record, told to the others once in a while: an atomic for
/// each record would cost more than the rest of the account. Threads: the worker's.
class BudgetShare {
 public:
  /// `budget` outlives the share.
  explicit BudgetShare(MemoryBudget& budget) noexcept : budget_(budget) {}
  /// Tells the rest; what was added and not taken off again stays in the budget.
  ~BudgetShare() { publish(); }
  BudgetShare(const BudgetShare&) = delete;
  BudgetShare& operator=(const BudgetShare&) = delete;

  void add(std::int64_t bytes) noexcept { untold_ += bytes; }
  void publish() noexcept {
    if (untold_ != 0) budget_.add(std::exchange(untold_, 0));
  }

 private:
  MemoryBudget& budget_;
  std::int64_t untold_ = 0;
};

}  // namespace streams::runtime
