#include "engine/step_host.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace streams::runtime {
namespace {
constexpr std::chrono::seconds kDropLogInterval{10};
}

StepHost::StepHost(WorkerSteps& worker, const PlannedStep& step, const Node& node)
    : worker_(worker), step_(step), node_(node) {}

void StepHost::fail(const Envelope& envelope, StepErrorKind kind, std::string_view text) {
  settle(kind, text, envelope, worker_.in_hand);
}

bool StepHost::refused(const Envelope& envelope, const RecordInHand& source, std::string_view text) {
  return settle(StepErrorKind::produce, text, envelope, source);
}

bool StepHost::settle(StepErrorKind kind, std::string_view text, const Envelope& envelope,
                      const RecordInHand& source) {
  // A record that a step made has the origin it was given; the source record is where it really came from.
  const Origin origin = source ? source.record().envelope.origin : envelope.origin;
  StepError error{.step = node_.name,
                  .kind = kind,
                  .message = std::string(text),
                  .topic = std::string(origin.topic),
                  .partition = origin.partition,
                  .offset = origin.offset};
  errors_[static_cast<std::size_t>(kind)].add();
  worker_.refusals.add({.time = worker_.clock.calendar(),
                        .step = error.step,
                        .kind = kind,
                        .message = error.message,
                        .topic = error.topic,
                        .partition = error.partition,
                        .offset = error.offset});
  if (step_.on_error == OnError::kDrop) {
    dropped_on_error_.add();
    log_drop(error);
    return true;
  }
  if (!worker_.failure) worker_.failure = std::move(error);
  return false;
}

std::uint64_t StepHost::error_count() const noexcept {
  std::uint64_t sum = 0;
  for (const Counter& kind : errors_) sum += kind.value();
  return sum;
}

void StepHost::log_drop(const StepError& error) {
  const auto now = worker_.clock.now();
  if (last_logged_ && now - *last_logged_ < kDropLogInterval) {
    ++unlogged_;
    return;
  }
  const std::string more =
      unlogged_ == 0 ? "" : fmt::format(" ({} more since the last such line)", unlogged_);
  worker_.log.warning(fmt::format("dropped a record, as on_error says: {}{}", to_text(error), more));
  last_logged_ = now;
  unlogged_ = 0;
}

void StepHost::set_blocked(bool blocked) noexcept {
  if (blocked == blocked_) return;
  blocked_ = blocked;
  worker_.blocked += blocked ? 1 : -1;
}

}  // namespace streams::runtime
