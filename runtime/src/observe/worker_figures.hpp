#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <streams/runtime/snapshot.hpp>

#include "observe/counter.hpp"
#include "observe/histogram.hpp"
#include "observe/partition_board.hpp"
#include "observe/recent_refusals.hpp"

namespace streams::runtime {

/// Why a worker takes nothing new, and where.
struct Held {
  HeldBack by = HeldBack::no;
  std::uint32_t index = 0;  ///< of a sink into `Segment::sinks`, of a step into `Segment::steps`
};

/// What came from one source of a worker.
struct SourceFigures {
  Counter taken;
  Counter taken_bytes;
  Counter filtered;  // by the source's header filter
  Counter filtered_bytes;
};

/// What one worker lets others see of it. The worker's thread writes, any thread reads; a figure costs one
/// plain store.
struct WorkerFigures {
  explicit WorkerFigures(std::size_t source_count) : sources(source_count) {}

  Level<WorkerState> state{WorkerState::starting};
  Level<Held> held{};
  Level<std::int64_t> last_turn;  // nanoseconds of the steady clock

  std::vector<SourceFigures> sources;  // by `Segment::sources`
  Counter passed;

  Level<std::uint64_t> waiting;
  Level<std::uint64_t> awaiting;
  Level<std::uint64_t> in_flight_bytes;
  Level<std::uint64_t> released;

  Level<bool> joined;
  Level<bool> revoking;
  Level<bool> commit_owed;
  Counter commits;
  Counter failed_commits;
  Counter assigned;
  Counter revoked;
  Counter lost;
  Level<bool> source_reachable{true};
  Level<std::uint64_t> source_errors;
  Level<bool> sink_reachable{true};
  Level<std::uint64_t> sink_errors;

  DurationHistogram commit_duration{latency_bounds()};
  DurationHistogram end_to_end{latency_bounds()};
  PartitionBoard partitions;
  RecentRefusals refusals;

  /// Records taken so far, of all sources.
  std::uint64_t taken() const noexcept {
    std::uint64_t sum = 0;
    for (const SourceFigures& source : sources) sum += source.taken.value();
    return sum;
  }
  std::vector<std::uint64_t> taken_by_source() const {
    std::vector<std::uint64_t> taken;
    for (const SourceFigures& source : sources) taken.push_back(source.taken.value());
    return taken;
  }
  /// All but what its network and its outbox know, and what holds it back.
  WorkerView look() const;
};

}  // namespace streams::runtime
