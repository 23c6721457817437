#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <streams/graph.hpp>
#include <streams/operator.hpp>
#include <streams/runtime/clock.hpp>
#include <streams/runtime/engine.hpp>
#include <streams/runtime/io.hpp>
#include <streams/runtime/log.hpp>
#include <streams/runtime/plan.hpp>

#include "engine/epoch_log.hpp"
#include "engine/memory_budget.hpp"
#include "engine/outbox.hpp"
#include "engine/record_in_hand.hpp"
#include "observe/counter.hpp"
#include "observe/recent_refusals.hpp"

namespace streams::runtime {

class DeadLetters;

/// What the steps of one worker share. The worker owns it and reads what the steps report.
struct WorkerSteps {
  EpochLog& epochs;
  const Clock& clock;
  Log& log;
  RecentRefusals& refusals;
  Source& source;
  KeptMessages& kept;
  MemoryBudget& budget;
  /// Ends the worker's sleep; see `StepContext::waker()`.
  std::function<void()> wake;
  /// Set before the first record.
  DeadLetters* dead_letters = nullptr;
  /// The source record whose processing is under way; none while steps are polled.
  RecordInHand in_hand{};
  /// Keeps the epoch of the record in hand open when that is not the open one: for a record that waited.
  const Hold* hold_in_hand = nullptr;
  /// What was in hand before the messages that are in hand instead now, the outermost first.
  std::vector<std::pair<RecordInHand, const Hold*>> put_aside{};
  /// Kept messages whose failure ends the run: their epochs stay open for good.
  std::vector<RecordInHand> unsolved{};
  /// Set by the first record that a step with policy `fail` refused.
  std::optional<StepError> failure{};
  /// Steps that want no new records now.
  int blocked = 0;
  /// The partitions' numbers in their topics, by PartitionId.
  std::vector<std::int32_t> partition_numbers{};
  /// How many steps want no records of a partition now.
  std::map<PartitionId, int> parked{};

  /// The number of the partition that the message in hand was read from; -1 when there is none.
  std::int32_t partition_in_hand() const {
    return in_hand ? partition_numbers[in_hand.record().partition] : -1;
  }
  Hold hold() { return hold_in_hand != nullptr ? hold_in_hand->again() : epochs.hold(); }
  void park(PartitionId partition);
  void unpark(PartitionId partition);
};

/// One call of a step whose function may be called again.
struct Attempt {
  std::uint32_t number = 1;
  std::uint32_t most = 1;
  const Operator& step;
  std::uint64_t emitted =
      0;                ///< by the step before the call: one that has sent something on would send it twice
  bool repeat = false;  ///< set when the function failed and is to be called again

  bool may_repeat() const { return number < most && step.emitted() == emitted; }
};

/// The runtime's side of one step of one worker: it applies the step's error policy and counts.
/// Threads: the worker's.
class StepHost final : public StepContext, public DeliveryOwner {
 public:
  StepHost(WorkerSteps& worker, const PlannedStep& step, const Node& node);
  ~StepHost() = default;

  void fail(const Envelope& envelope, StepErrorKind kind, std::string_view text) override;
  void fail_after(int attempts, const Envelope& envelope, StepErrorKind kind, std::string_view text) override;
  void retried() noexcept override { retried_.add(); }
  void dropped() noexcept override { filtered_.add(); }
  Hold hold() override { return worker_.hold(); }
  void set_blocked(bool blocked) noexcept override;
  void count_kept_bytes(std::int64_t bytes) noexcept override { worker_.budget.add(bytes); }
  bool blocked() const noexcept { return blocked_; }
  bool failed() const noexcept override { return worker_.failure.has_value(); }
  std::chrono::nanoseconds now() const noexcept override { return worker_.clock.now(); }
  std::uint32_t partition() const noexcept override;
  std::size_t source_bytes() const noexcept override;
  std::size_t parts() const noexcept override;
  Kept keep(const Envelope& envelope) override;
  Kept keep_part(std::size_t index) override;
  Envelope part_envelope(std::size_t index) const override;
  Kept join(std::vector<Kept> messages) override;
  void take_in_hand(const Kept& message) override;
  void put_back() noexcept override;
  std::function<void()> waker() override { return worker_.wake; }

  bool refused(const Envelope& envelope, const RecordInHand& source, Hold& hold,
               std::string_view text) override;

  /// The call that is under way, null when it cannot be repeated.
  void set_attempt(Attempt* attempt) noexcept { attempt_ = attempt; }
  /// Nothing of this partition is known any more.
  void forget(PartitionId partition) noexcept;

  /// Records that the step dropped on purpose. From any thread, as the others.
  std::uint64_t filtered_count() const noexcept { return filtered_.value(); }
  std::uint64_t dropped_on_error_count() const noexcept { return dropped_on_error_.value(); }
  /// Refused records, whatever became of them.
  std::uint64_t error_count() const noexcept;
  std::uint64_t error_count(StepErrorKind kind) const noexcept {
    return errors_[static_cast<std::size_t>(kind)].value();
  }
  std::uint64_t dead_letter_count() const noexcept { return dead_letters_.value(); }
  /// Of the step's own; see RetryStep for those of the engine.
  std::uint64_t retried_count() const noexcept { return retried_.value(); }

 private:
  /// What has become of a refused record.
  enum class Settled {
    done,      ///< it is dropped, or on its way to the dead letter queue
    unsolved,  ///< the worker ends, and its offset must not be committed
  };
  /// Applies the policy. `hold` is on the record's epoch and may be taken over.
  Settled settle(StepErrorKind kind, int attempts, std::string_view text, const Envelope& envelope,
                 const RecordInHand& source, Hold& hold);
  Settled bury(const StepError& error, const RecordInHand& source, Hold& hold);
  Settled bury_record(StepError error, const RecordInHand& source, Hold& hold);
  Settled give_up(StepError error, const RecordInHand& source);
  void log(std::string_view what, const StepError& error);

  WorkerSteps& worker_;
  const PlannedStep& step_;
  const Node& node_;
  Attempt* attempt_ = nullptr;
  Counter filtered_;
  Counter dropped_on_error_;
  std::array<Counter, kStepErrorKinds> errors_;
  Counter dead_letters_;
  Counter retried_;
  std::uint64_t unlogged_ = 0;
  std::optional<std::chrono::nanoseconds> last_logged_;
  std::optional<std::pair<PartitionId, std::int64_t>> last_buried_;
  bool blocked_ = false;
};

}  // namespace streams::runtime
