#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include <streams/runtime/adapter.hpp>
#include <streams/runtime/clock.hpp>
#include <streams/runtime/engine.hpp>
#include <streams/runtime/log.hpp>
#include <streams/runtime/plan.hpp>

#include "engine/alarm.hpp"
#include "engine/dead_letters.hpp"
#include "engine/epoch_log.hpp"
#include "engine/memory_budget.hpp"
#include "engine/outbox.hpp"
#include "engine/record_in_hand.hpp"
#include "engine/step_host.hpp"
#include "engine/step_network.hpp"
#include "observe/worker_figures.hpp"

namespace streams::runtime {

/// One worker: it takes batches from its source, runs them through its steps, follows what they owe, and
/// commits what is done. It shares nothing with other workers but the memory budget.
///
/// Lifecycle: `start`, then `turn()` until `ended()`; between turns that moved nothing, sleep on the waiter
/// for `time_to_wait()`. `run()` does both. `request_stop()` makes it drain, commit, leave and end. Threads:
/// all on one thread, `request_stop` apart.
class Worker final : private SourceEvents {
 public:
  /// All references outlive the worker. `taps` is null where nobody may look at records.
  Worker(const Plan& plan, const Segment& segment, std::size_t index, WorkerIo io, MemoryBudget& budget,
         const Clock& clock, Log& log, const TapBoard* taps = nullptr);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  absl::Status start();
  /// One pass over everything there is to do. True when something moved, so that another pass should follow
  /// at once.
  bool turn();
  std::chrono::nanoseconds time_to_wait() const;
  bool ended() const noexcept { return state_ == State::ended; }
  void run();

  /// From any thread.
  void request_stop() noexcept;

  /// How it ended; complete once `ended()`.
  RunResult result() const;

  /// Reads the partition again from its last committed offset: what was read behind it is void. For aborts
  /// and retries.
  void rewind(PartitionId partition);

  /// Adds this worker to what is seen of the run. From any thread.
  void look(Snapshot& snapshot) const;

  /// True while it runs and nothing is taken, owed, on its way or waiting for a commit.
  bool idle() const noexcept;

 private:
  enum class State { running, draining, leaving, ended };

  struct Revoke {
    std::vector<PartitionId> partitions;
    std::uint64_t last_epoch = 0;  // the last one that can hold records of theirs
    std::chrono::nanoseconds deadline{};
  };

  void assigned(std::span<const Assignment> partitions) override;
  void revoked(std::span<const PartitionId> partitions) override;
  void lost(std::span<const PartitionId> partitions) override;
  void committed(const absl::Status& status) override;
  void source_failed(const absl::Status& status) override;

  HeldBack held_back();
  /// Where that is.
  Held held_where(HeldBack by) const;
  bool take_batch();
  /// Runs records of the batch through the steps until it is done or its time is over.
  void work_on_batch();
  void drop_batch();
  /// True when all that has passed the steps is finished and committed.
  bool nothing_owed() const noexcept;
  /// Which record of the next batch is measured; none: one behind its end.
  std::size_t next_sample(std::size_t batch);
  /// Lets others see how things stand.
  void publish();
  std::vector<StepView> step_views() const;
  /// The source's own header filter lets the record pass.
  static bool passes_header_filter(const PlannedSource& source, const Headers& headers);
  std::uint64_t close_epoch();
  bool epoch_is_due() const;
  bool commit_done();
  bool answer_revokes();
  void check_for_end();
  void begin_drain(RunResult::End why, std::chrono::nanoseconds longest);
  bool drain_finished() const;
  void begin_leave();
  void stop_reading(PartitionId partition);
  void forget(PartitionId partition);

  const Plan& plan_;
  const Segment& segment_;
  const std::size_t index_;
  const std::string name_;  // for log lines
  const Clock& clock_;
  Log& log_;
  MemoryBudget& budget_;
  const TapBoard* const taps_;

  WorkerFigures figures_;
  WorkerIo io_;
  EpochLog epochs_;
  HeldBatches held_;
  KeptMessages kept_;
  std::shared_ptr<Alarm> alarm_;
  WorkerSteps steps_;
  Outbox outbox_;  // behind what its records refer to: batches, epochs
  DeadLetters dead_letters_;
  StepNetwork network_;

  struct BatchAtWork {
    HeldBatches::Held* held = nullptr;
    std::uint32_t next = 0;
    std::size_t sample = 0;           // the record whose way is measured
    std::vector<PartitionId> voided;  // rewound since it was taken: their records come again

    bool is_void(PartitionId id) const {
      return !voided.empty() && std::find(voided.begin(), voided.end(), id) != voided.end();
    }
  };
  BatchAtWork batch_;
  std::uint32_t check_time_every_ = 1;

  State state_ = State::running;
  RunResult::End end_ = RunResult::End::stopped;
  absl::Status failure_;  // of the source or the sink
  bool source_dead_ = false;
  bool drained_ = true;
  std::atomic<bool> stop_requested_{false};

  std::chrono::nanoseconds now_{};
  std::chrono::nanoseconds steps_due_ = Operator::kNever;
  std::chrono::nanoseconds deadline_{};  // of draining or leaving
  std::chrono::nanoseconds commit_not_before_{};
  std::vector<PartitionOffset> committing_;
  bool commit_fails_ = false;
  std::vector<Revoke> revokes_;
  std::vector<char> readable_;  // by PartitionId
  std::vector<std::size_t> source_of_;  // by PartitionId: index into `Segment::sources`
  std::vector<std::string> partition_names_;
  std::chrono::nanoseconds commit_began_{};
  std::chrono::nanoseconds sample_not_before_{};
  std::chrono::nanoseconds latency_not_before_{};
  std::chrono::nanoseconds refresh_not_before_{};
  std::size_t samples_ = 0;
};

}  // namespace streams::runtime
