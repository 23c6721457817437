#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <streams/error.hpp>
#include <streams/runtime/io.hpp>

// What a run looks like from outside at one moment. Plain values: health, metrics and pages are made from them
// and from nothing else.

namespace streams::runtime {

/// The number of `StepErrorKind`s.
inline constexpr std::size_t kStepErrorKinds = 5;

/// How many measured values were at most each bound.
struct HistogramView {
  std::span<const double> bounds;     ///< rising, in the unit of the values
  std::vector<std::uint64_t> counts;  ///< one more than bounds: the last one counts what is above all of them
  double sum = 0;

  std::uint64_t count() const;
  HistogramView& operator+=(const HistogramView& other);
};

/// One step, summed over the workers.
struct StepView {
  std::string step;
  std::uint64_t input = 0;   ///< records that came to it; of a source: that it read
  std::uint64_t output = 0;  ///< that it sent on; of a sink: acknowledged ones
  /// Known where records are bytes: at sources and at sinks.
  std::optional<std::uint64_t> input_bytes;
  std::optional<std::uint64_t> output_bytes;
  std::uint64_t filtered = 0;                           ///< dropped on purpose
  std::uint64_t dropped_on_error = 0;                   ///< dropped because `on_error` says so
  std::array<std::uint64_t, kStepErrorKinds> errors{};  ///< refused records, by StepErrorKind
  std::uint64_t retries = 0;                            ///< attempts after the first
  std::uint64_t dead_letters = 0;                       ///< put into the dead letter queue
  HistogramView duration;                               ///< seconds in the step itself, of sampled records

  std::uint64_t error_count() const;
  /// The same step of another worker.
  StepView& operator+=(const StepView& other);
};

/// What a worker's thread is at.
enum class WorkerState { starting, running, draining, leaving, ended };
std::string_view to_string(WorkerState state) noexcept;

/// Why a worker takes no new records at the moment.
enum class HeldBack { no, sink, step, memory, commit };
std::string_view to_string(HeldBack by) noexcept;

struct PartitionView {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t position = 0;   ///< the next offset to be read
  std::int64_t committed = 0;  ///< where the group would go on
  std::int64_t end = -1;       ///< behind the last record of the topic as far as known; negative: unknown
  bool parked = false;  ///< a record of it waits for its next attempt, and those behind it wait for that
  std::uint64_t assignment = 0;  ///< tells one assignment of it to this worker from the next

  /// Records that are not committed yet, if the end is known.
  std::optional<std::int64_t> lag() const;
  bool has_unread() const { return end > position; }
};

/// The records of one worker on their way to one sink.
struct SinkView {
  std::uint64_t sent = 0;     ///< given out by the steps
  std::uint64_t settled = 0;  ///< acknowledged or refused
};

struct WorkerView {
  std::size_t worker = 0;
  WorkerState state = WorkerState::starting;
  HeldBack held_back = HeldBack::no;
  std::string held_by;  ///< the sink or step where it is held back; empty where it is no one step
  std::chrono::nanoseconds last_turn{};  ///< when its loop began its last pass
  std::uint64_t taken = 0;               ///< records that entered the steps
  std::uint64_t passed = 0;              ///< of those, records that came back from them
  std::vector<SinkView> sinks;           ///< by `Segment::sinks`
  std::uint64_t waiting = 0;             ///< for room in a sink
  std::uint64_t awaiting = 0;            ///< for a sink's acknowledgement
  std::uint64_t in_flight_bytes = 0;     ///< of both
  std::uint64_t released = 0;            ///< times that a step or a sink let go of records that it kept
  bool joined = false;                   ///< the group has assigned partitions, or none, to it
  bool revoking = false;                 ///< finishes partitions that the group wants back
  bool commit_owed = false;              ///< there is finished work that is not committed yet
  std::uint64_t commits = 0;
  std::uint64_t failed_commits = 0;
  std::uint64_t assigned = 0;  ///< times that the group gave it partitions
  std::uint64_t revoked = 0;
  std::uint64_t lost = 0;
  Connection source;
  Connection sink;
  std::vector<PartitionView> partitions;

  std::uint64_t rebalances() const { return assigned + revoked + lost; }
};

/// A record that a step refused: where it is and why, never what it holds.
struct RefusalView {
  std::chrono::system_clock::time_point time;
  std::string step;
  StepErrorKind kind = StepErrorKind::function;
  std::string message;
  std::string topic;
  std::int32_t partition = -1;
  std::int64_t offset = -1;
};

struct Snapshot {
  std::chrono::nanoseconds now{};  ///< steady
  std::chrono::system_clock::time_point calendar;
  bool begun = false;  ///< there are workers, or there were
  std::vector<StepView> steps;
  std::vector<WorkerView> workers;
  std::vector<RefusalView> refusals;  ///< the last ones, oldest first
  HistogramView commit_duration;      ///< seconds
  HistogramView end_to_end;           ///< seconds from a record's timestamp to its acknowledgement, sampled
  std::uint64_t memory_used = 0;
  std::uint64_t memory_budget = 0;
};

/// Through which others look at a run while it goes on. Threads: any.
class RunWindow {
 public:
  /// The run as it is now; as it was last once it is over; nothing but the time before it begins.
  Snapshot look() const;

  /// For the engine: `take` may be called from any thread until `close` returns.
  void open(std::function<Snapshot()> take);
  void close();

 private:
  mutable std::mutex mutex_;
  std::function<Snapshot()> take_;
  Snapshot last_;
};

}  // namespace streams::runtime
