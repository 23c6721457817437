#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace streams::runtime {

/// What somebody sees of the records that pass one step, while they look: a bounded queue of lines from the workers
/// to the reader. A worker never waits for it. Threads: any.
class Tap {
 public:
  static constexpr std::size_t kMostLines = 512;
  static constexpr std::size_t kMostBytes = std::size_t{4} << 20;

  struct Counts {
    std::uint64_t passed = 0;  ///< records that passed the step
    std::uint64_t shown = 0;   ///< of those, records that were put into the queue
    std::uint64_t lost = 0;    ///< that were to be shown, and found the queue full
  };

  /// `node`: the step, as an index into the graph's nodes.
  explicit Tap(std::size_t node) : node_(node) {}

  std::size_t node() const noexcept { return node_; }

  /// For workers. Drops the line when there is no room, or when somebody else is at the queue just now.
  void put(std::string line);
  void passed(std::uint64_t records) noexcept { passed_.fetch_add(records, std::memory_order_relaxed); }

  /// For the reader: what has come since the last call.
  std::vector<std::string> take();
  Counts counts() const noexcept;

 private:
  const std::size_t node_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::size_t bytes_ = 0;
  std::atomic<std::uint64_t> passed_{0};
  std::atomic<std::uint64_t> shown_{0};
  std::atomic<std::uint64_t> lost_{0};
};

/// The taps of one process: readers open and close them, workers follow. A run that may not be tapped has no board.
/// Threads: any.
class TapBoard {
 public:
  static constexpr std::size_t kMost = 4;

  /// Null when there are as many as there may be.
  std::shared_ptr<Tap> open(std::size_t node);
  void close(const Tap& tap);

  /// Changes with every `open` and `close`. Costs one load.
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_acquire); }
  std::vector<std::shared_ptr<Tap>> taps() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Tap>> taps_;
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace streams::runtime
