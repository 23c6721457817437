#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include <streams/operator.hpp>
#include <streams/output.hpp>
#include <streams/payload_type.hpp>
#include <streams/runtime/clock.hpp>

#include "observe/tap.hpp"

namespace streams::runtime {

/// Stands at one step of one worker while that step is tapped, and shows records to the tap, for a hundredth of the
/// worker's time at the most. Each record costs a comparison and a call more than without it.
/// Threads: the worker's.
class TapPoint final : public Operator {
 public:
  /// `type`, of what passes here, and `clock` outlive it.
  TapPoint(std::shared_ptr<Tap> tap, const PayloadType& type, const Clock& clock)
      : tap_(std::move(tap)), type_(type), clock_(clock) {}
  ~TapPoint() override { tap_->passed(passed_); }

  void process(Envelope& envelope, void* payload) override {
    see(envelope, payload);
    emit(envelope, payload);
  }

  /// Shows the record if there is time for it.
  void see(const Envelope& envelope, const void* payload) {
    ++passed_;
    if (time_left_ > std::chrono::nanoseconds(0)) show(envelope, payload);
  }

  /// Before the records of a turn: gives it the time that it has earned since the last call.
  void refill(std::chrono::nanoseconds now);

 private:
  void show(const Envelope& envelope, const void* payload);

  const std::shared_ptr<Tap> tap_;
  const PayloadType& type_;
  const Clock& clock_;
  std::uint64_t passed_ = 0;  // not yet told to the tap
  std::chrono::nanoseconds time_left_{};
  std::chrono::nanoseconds last_refill_{-1};
  Output out_;
};

}  // namespace streams::runtime
