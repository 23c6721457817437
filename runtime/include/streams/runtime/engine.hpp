#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include <streams/error.hpp>
#include <streams/message.hpp>
#include <streams/runtime/adapter.hpp>
#include <streams/runtime/clock.hpp>
#include <streams/runtime/log.hpp>
#include <streams/runtime/plan.hpp>
#include <streams/runtime/snapshot.hpp>

namespace streams::runtime {

class TapBoard;

/// A record that a step refused: its coordinates and the reason, never its payload.
struct StepError {
  std::string step;
  StepErrorKind kind = StepErrorKind::function;
  std::string message;
  std::string topic;
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  int attempt = 1;
};

std::string to_text(const StepError& error);

/// What one step has done, summed over the workers.
struct StepCounts {
  std::string step;
  std::uint64_t input = 0;
  std::uint64_t dropped = 0;       ///< on purpose: filters, empty FlatMaps
  std::uint64_t errors = 0;        ///< refused records, whatever the policy did with them
  std::uint64_t dead_letters = 0;  ///< source records put into the dead letter queue
  std::uint64_t retried = 0;       ///< calls of the step's function beside the first for each record
};

/// How a run ended.
struct RunResult {
  enum class End {
    stopped,        ///< somebody asked for it, and everything taken was finished
    finished,       ///< the source has no more records
    record_failed,  ///< a step refused a record whose policy is `fail`
    failed,         ///< something outside cannot go on
  };
  End end = End::stopped;
  absl::Status status;                   ///< not OK for `failed`
  std::vector<StepError> record_errors;  ///< of `record_failed`, one per worker at most
  std::vector<StepCounts> counts;
  bool drained = true;  ///< false when the drain timeout cut off work; it will be read again
};

/// Asks a run to end. Threads: any; a run sees it at once.
class StopSignal {
 public:
  void stop();
  bool stopped() const noexcept { return stopped_.load(std::memory_order_acquire); }
  /// What `stop()` does besides; called at once if it was called before. An empty function takes it back, and
  /// does not return while the callback runs. For the engine.
  void on_stop(std::function<void()> callback);

 private:
  std::mutex mutex_;
  std::atomic<bool> stopped_{false};
  std::function<void()> callback_;
};

/// Runs one segment until it ends: opens the workers, each on a thread of its own, and joins them. The
/// calling thread blocks. `adapter` has been prepared with this plan and segment. `window`, if there is one,
/// shows the run to others while it goes on, and how it ended afterwards; `taps`, if there are any, shows them records.
RunResult run_segment(const Plan& plan, const Segment& segment, Adapter& adapter, const Clock& clock,
                      Log& log, StopSignal& stop, RunWindow* window = nullptr,
                      const TapBoard* taps = nullptr);

}  // namespace streams::runtime
