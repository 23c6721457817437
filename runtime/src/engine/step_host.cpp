#include "engine/step_host.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "engine/dead_letters.hpp"
#include "engine/step_error_log.hpp"

namespace streams::runtime {
namespace {
constexpr std::chrono::seconds kLogInterval{10};
}

StepHost::StepHost(WorkerSteps& worker, const PlannedStep& step, const Node& node)
    : worker_(worker), step_(step), node_(node) {}

void WorkerSteps::park(PartitionId partition) {
  if (parked[partition]++ == 0) source.park(partition, true);
}

void WorkerSteps::unpark(PartitionId partition) {
  const auto found = parked.find(partition);
  if (--found->second > 0) return;
  parked.erase(found);
  source.park(partition, false);
}

void StepHost::fail(const Envelope& envelope, StepErrorKind kind, std::string_view text) {
  if (attempt_ != nullptr && kind == StepErrorKind::function && attempt_->may_repeat()) {
    attempt_->repeat = true;
    return;
  }
  fail_after(attempt_ != nullptr ? static_cast<int>(attempt_->number) : 1, envelope, kind, text);
}

void StepHost::fail_after(int attempts, const Envelope& envelope, StepErrorKind kind, std::string_view text) {
  Hold hold = worker_.hold();
  settle(kind, attempts, text, envelope, worker_.in_hand, hold);
}

bool StepHost::refused(const Envelope& envelope, const RecordInHand& source, Hold& hold,
                       std::string_view text) {
  return settle(StepErrorKind::produce, attempt_ != nullptr ? static_cast<int>(attempt_->number) : 1, text,
                envelope, source, hold) == Settled::done;
}

void StepHost::forget(PartitionId partition) noexcept {
  if (last_buried_ && last_buried_->first == partition) last_buried_.reset();
}

StepHost::Settled StepHost::settle(StepErrorKind kind, int attempts, std::string_view text,
                                   const Envelope& envelope, const RecordInHand& source, Hold& hold) {
  // A record that a step made has the origin it was given; the source record is where it really came from.
  const Origin origin = source ? source.record().envelope.origin : envelope.origin;
  StepError error{.step = node_.name,
                  .kind = kind,
                  .message = std::string(text),
                  .topic = std::string(origin.topic),
                  .partition = origin.partition,
                  .offset = origin.offset,
                  .attempt = attempts};
  errors_[static_cast<std::size_t>(kind)].add();
  worker_.refusals.add({.time = worker_.clock.calendar(),
                        .step = error.step,
                        .kind = kind,
                        .message = error.message,
                        .topic = error.topic,
                        .partition = error.partition,
                        .offset = error.offset});
  if (step_.on_error == OnError::kDrop) {
    const KeptMessage* const message = source.message();
    dropped_on_error_.add(message == nullptr ? 1 : message->parts.size());
    log("dropped a record, as on_error says", error);
    return Settled::done;
  }
  if (step_.on_error == OnError::kDlq) return bury(error, source, hold);
  return give_up(std::move(error), source);
}

StepHost::Settled StepHost::give_up(StepError error, const RecordInHand& source) {
  if (source.message() != nullptr) worker_.unsolved.push_back(source);
  if (!worker_.failure) worker_.failure = std::move(error);
  return Settled::unsolved;
}

std::uint64_t StepHost::error_count() const noexcept {
  std::uint64_t sum = 0;
  for (const Counter& kind : errors_) sum += kind.value();
  return sum;
}

StepHost::Settled StepHost::bury(const StepError& error, const RecordInHand& source, Hold& hold) {
  KeptMessage* const message = source.message();
  if (message == nullptr) {
    if (!worker_.dead_letters->has_queue(source)) return give_up(error, source);
    return bury_record(error, source, hold);
  }
  for (const KeptMessage::Part& part : message->parts) {
    if (!worker_.dead_letters->has_queue(part.record)) return give_up(error, source);
  }
  for (const KeptMessage::Part& part : message->parts) {
    const Origin& origin = part.record.record().envelope.origin;
    StepError own = error;
    own.topic = std::string(origin.topic);
    own.partition = origin.partition;
    own.offset = origin.offset;
    Hold part_hold = part.hold.again();
    if (bury_record(std::move(own), part.record, part_hold) == Settled::unsolved)
      return give_up(error, source);
  }
  return Settled::done;
}

StepHost::Settled StepHost::bury_record(StepError error, const RecordInHand& source, Hold& hold) {
  // A source record is one dead letter of a step, however many of its parts the step refuses.
  const std::pair buried{source.record().partition, error.offset};
  if (last_buried_ == buried) return Settled::done;
  if (auto stop = worker_.dead_letters->put(error, source, hold)) {
    error.message = *std::move(stop);
    if (!worker_.failure) worker_.failure = std::move(error);
    return Settled::unsolved;
  }
  last_buried_ = buried;
  dead_letters_.add();
  log("put a record into the dead letter queue", error);
  return Settled::done;
}

void StepHost::log(std::string_view what, const StepError& error) {
  const auto now = worker_.clock.now();
  if (last_logged_ && now - *last_logged_ < kLogInterval) {
    ++unlogged_;
    return;
  }
  const std::string more =
      unlogged_ == 0 ? "" : fmt::format(" ({} more since the last such line)", unlogged_);
  log_step_error(worker_.log, LogLevel::warning, fmt::format("{}: {}{}", what, to_text(error), more), error,
                 unlogged_);
  last_logged_ = now;
  unlogged_ = 0;
}

std::uint32_t StepHost::partition() const noexcept {
  return worker_.in_hand ? worker_.in_hand.record().partition : UINT32_MAX;
}

std::size_t StepHost::source_bytes() const noexcept {
  const KeptMessage* const message = worker_.in_hand.message();
  if (message == nullptr) return worker_.in_hand ? worker_.in_hand.original().payload.size() : 0;
  std::size_t sum = 0;
  for (const KeptMessage::Part& part : message->parts) sum += part.record.original().payload.size();
  return sum;
}

std::size_t StepHost::parts() const noexcept {
  const KeptMessage* const message = worker_.in_hand.message();
  return message == nullptr ? 1 : message->parts.size();
}

Kept StepHost::keep(const Envelope& envelope) {
  KeptMessage* const message = worker_.in_hand.message();
  if (message != nullptr && message->parts.size() != 1) return Kept(Hold(*message));
  KeptMessage& fresh = worker_.kept.make();
  Kept kept{Hold(fresh)};
  if (message == nullptr) {
    fresh.parts.push_back({worker_.in_hand, worker_.hold(), envelope.lend()});
  } else {
    const KeptMessage::Part& part = message->parts.front();
    fresh.parts.push_back({part.record, part.hold.again(), envelope.lend()});
  }
  return kept;
}

Kept StepHost::keep_part(std::size_t index) {
  KeptMessage* const message = worker_.in_hand.message();
  if (message == nullptr) return keep(part_envelope(index));
  KeptMessage& fresh = worker_.kept.make();
  Kept kept{Hold(fresh)};
  const KeptMessage::Part& part = message->parts[index];
  fresh.parts.push_back({part.record, part.hold.again(), part.envelope.lend()});
  return kept;
}

Envelope StepHost::part_envelope(std::size_t index) const {
  const KeptMessage* const message = worker_.in_hand.message();
  if (message != nullptr) return message->parts[index].envelope.lend();
  return worker_.in_hand ? worker_.in_hand.original().envelope : Envelope{};
}

Kept StepHost::join(std::vector<Kept> messages) {
  KeptMessage& whole = worker_.kept.make();
  Kept kept{Hold(whole)};
  whole.parts.reserve(messages.size());
  for (const Kept& message : messages) {
    for (const KeptMessage::Part& part : static_cast<const KeptMessage*>(message.hold().counter())->parts)
      whole.parts.push_back({part.record, part.hold.again(), part.envelope.lend()});
  }
  return kept;
}

void StepHost::take_in_hand(const Kept& message) {
  auto* const kept = static_cast<KeptMessage*>(message.hold().counter());
  worker_.put_aside.emplace_back(std::exchange(worker_.in_hand, RecordInHand(*kept)),
                                 std::exchange(worker_.hold_in_hand, &message.hold()));
}

void StepHost::put_back() noexcept {
  worker_.in_hand = std::move(worker_.put_aside.back().first);
  worker_.hold_in_hand = worker_.put_aside.back().second;
  worker_.put_aside.pop_back();
}

void StepHost::set_blocked(bool blocked) noexcept {
  if (blocked == blocked_) return;
  blocked_ = blocked;
  worker_.blocked += blocked ? 1 : -1;
}

}  // namespace streams::runtime
