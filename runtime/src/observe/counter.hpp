#pragma once

#include <atomic>
#include <cstdint>

namespace streams::runtime {

/// A count that one thread raises and any thread reads: a load and a store, no locked instruction.
class Counter {
 public:
  void add(std::uint64_t by = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A value that one thread sets and any thread reads.
template <class T>
class Level {
 public:
  explicit Level(T value = {}) noexcept : value_(value) {}
  void set(T value) noexcept { value_.store(value, std::memory_order_relaxed); }
  T value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<T> value_;
};

}  // namespace streams::runtime
