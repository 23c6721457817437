#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <streams/operator.hpp>
#include <streams/runtime/clock.hpp>
#include <streams/runtime/engine.hpp>
#include <streams/runtime/plan.hpp>

#include "engine/epoch_log.hpp"
#include "engine/outbox.hpp"
#include "engine/record_in_hand.hpp"
#include "observe/worker_figures.hpp"

namespace streams::runtime {

/// The dead letter queues of one worker: writes refused source records as they came, with `streams.dlq.*` headers
/// that say why, and watches the limits. A record's epoch stays open until its queue has acknowledged it, and a
/// queue that is down holds the pipeline as any sink does. Threads: the worker's.
class DeadLetters final : public DeliveryOwner {
 public:
  /// All references outlive it. `figures` say how many records the worker has taken so far. `failure` is set when a
  /// queue refuses a record.
  DeadLetters(const Plan& plan, const Segment& segment, const EpochLog& epochs, const WorkerFigures& figures,
              std::optional<StepError>& failure, const Clock& clock, Outbox& outbox);
  ~DeadLetters() = default;

  /// True when the source that the record came from in the first place has a queue.
  bool has_queue(const RecordInHand& source) const;

  /// Puts the record into its source's queue and takes over `hold`. Returns why the segment must stop instead, when
  /// a limit is reached: then nothing was written, and `hold` is still the caller's.
  std::optional<std::string> put(const StepError& error, const RecordInHand& source, Hold& hold);

  bool refused(const Envelope& envelope, const RecordInHand& source, Hold& hold,
               std::string_view text) override;

 private:
  struct Run {  // dead letters of one partition, one behind the other
    std::int64_t next = -1;
    std::uint64_t length = 0;
  };

  std::optional<std::string> over_limit(const DeadLetterQueue& queue, const StepError& error,
                                        PartitionId partition, std::int64_t offset);
  /// The entry of `pipeline.segments` that owns the step.
  std::size_t entry_of(std::string_view step) const;
  void describe(const StepError& error, const Envelope& original, const Origin* input,
                Headers& headers) const;

  const Plan& plan_;
  const Segment& segment_;
  const EpochLog& epochs_;
  const WorkerFigures& figures_;
  std::optional<StepError>& failure_;
  const Clock& clock_;
  Outbox& outbox_;
  std::uint64_t window_ = 0;  // which one of `ratio_window` records each
  std::uint64_t in_window_ = 0;
  std::vector<Run> runs_;  // by PartitionId
};

}  // namespace streams::runtime
