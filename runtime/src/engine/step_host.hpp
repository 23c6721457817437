#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <streams/graph.hpp>
#include <streams/operator.hpp>
#include <streams/runtime/clock.hpp>
#include <streams/runtime/engine.hpp>
#include <streams/runtime/log.hpp>
#include <streams/runtime/plan.hpp>

#include "engine/epoch_log.hpp"
#include "engine/outbox.hpp"
#include "engine/record_in_hand.hpp"
#include "observe/counter.hpp"
#include "observe/recent_refusals.hpp"

namespace streams::runtime {

/// What the steps of one worker share. The worker owns it and reads what the steps report.
struct WorkerSteps {
  EpochLog& epochs;
  const Clock& clock;
  Log& log;
  RecentRefusals& refusals;
  /// The source record whose processing is under way; none while steps are polled.
  RecordInHand in_hand{};
  /// Set by the first record that a step with policy `fail` refused.
  std::optional<StepError> failure{};
  /// Steps that want no new records now.
  int blocked = 0;
};

/// The runtime's side of one step of one worker: it applies the step's error policy and counts.
/// Threads: the worker's.
class StepHost final : public StepContext, public DeliveryOwner {
 public:
  StepHost(WorkerSteps& worker, const PlannedStep& step, const Node& node);
  ~StepHost() = default;

  void fail(const Envelope& envelope, StepErrorKind kind, std::string_view text) override;
  void dropped() noexcept override { filtered_.add(); }
  Hold hold() override { return worker_.epochs.hold(); }
  void set_blocked(bool blocked) noexcept override;
  bool failed() const noexcept override { return worker_.failure.has_value(); }
  std::chrono::nanoseconds now() const noexcept override { return worker_.clock.now(); }

  bool refused(const Envelope& envelope, const RecordInHand& source, std::string_view text) override;

  /// Records that the step dropped on purpose. From any thread, as the others.
  std::uint64_t filtered_count() const noexcept { return filtered_.value(); }
  std::uint64_t dropped_on_error_count() const noexcept { return dropped_on_error_.value(); }
  /// Refused records, whatever became of them.
  std::uint64_t error_count() const noexcept;
  std::uint64_t error_count(StepErrorKind kind) const noexcept {
    return errors_[static_cast<std::size_t>(kind)].value();
  }

 private:
  /// Applies the policy. Returns true when the record is dealt with. A dead letter queue is the third policy
  /// and takes the record here, holding its epoch until the queue has acknowledged it.
  bool settle(StepErrorKind kind, std::string_view text, const Envelope& envelope,
              const RecordInHand& source);
  void log_drop(const StepError& error);

  WorkerSteps& worker_;
  const PlannedStep& step_;
  const Node& node_;
  Counter filtered_;
  Counter dropped_on_error_;
  std::array<Counter, kStepErrorKinds> errors_;
  std::uint64_t unlogged_ = 0;
  std::optional<std::chrono::nanoseconds> last_logged_;
  bool blocked_ = false;
};

}  // namespace streams::runtime
