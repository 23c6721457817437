#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <streams/runtime/config.hpp>
#include <streams/runtime/plan.hpp>
#include <streams/runtime/snapshot.hpp>

// Health is progress: records wait somewhere and none of them has moved on for longer than the deadline. The
// rule is a function of what was seen, so that every case can be played through without a broker or a clock;
// docs/operations/health.md has the cases.

namespace streams::runtime {

/// Why a process is not healthy, or not ready.
struct HealthReason {
  std::string_view what;  ///< a word for programs
  std::optional<std::size_t> worker;
  std::string text;  ///< a sentence for people
};

struct Health {
  std::vector<HealthReason> ills;       ///< empty: healthy
  std::vector<HealthReason> not_ready;  ///< empty: ready; has all of `ills`
  bool healthy() const { return ills.empty(); }
  bool ready() const { return not_ready.empty(); }
};

/// Since when something that waits has not moved on.
struct Mark {
  std::uint64_t value = 0;
  std::chrono::nanoseconds since{};

  /// Starts anew when nothing waits or the value has changed.
  void see(bool waits, std::uint64_t now_at, std::chrono::nanoseconds now) {
    if (waits && now_at == value) return;
    value = now_at;
    since = now;
  }
};

/// How far one worker had come when it was last looked at.
struct WorkerProgress {
  Mark steps;   // a record is in the steps: records that came back
  Mark loop;    // the worker's thread: anything that it did
  Mark held;    // it takes no new records: anything that ended
  Mark commit;  // finished work is not committed: commits
  std::vector<Mark> sinks;
  std::map<std::tuple<std::string, std::int32_t, std::uint64_t>, Mark> partitions;
  std::uint64_t rebalances = 0;
  std::optional<std::chrono::nanoseconds> rebalanced_at;
  std::optional<std::chrono::nanoseconds> seen_at;
};

using Progress = std::vector<WorkerProgress>;

/// What `before` becomes when `snapshot` is seen. Called about once a second.
Progress advance(Progress before, const Snapshot& snapshot);

/// The rule. `progress` has seen `snapshot`, or an earlier one.
Health judge(const Snapshot& snapshot, const Progress& progress, const HealthConfig& rule,
             const Segment& segment);

}  // namespace streams::runtime
