#include "engine/retry_step.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace streams::runtime {

using std::chrono::nanoseconds;

RetryStep::RetryStep(Operator& step, StepHost& host, const PayloadType& type, const RetryConfig& retry,
                     WorkerSteps& worker, std::uint32_t seed)
    : step_(step), host_(host), type_(type), retry_(retry), worker_(worker), random_(seed) {}

void RetryStep::process(Envelope& envelope, void* payload) {
  // What a step makes by itself later on has no source record at hand that could wait.
  if (!worker_.in_hand) return step_.process(envelope, payload);
  const PartitionId partition = worker_.in_hand.record().partition;
  const auto line = lines_.find(partition);
  if (line == lines_.end() && attempt(envelope, payload, 1)) return;
  Waiting waiting{envelope, type_.copy(payload), worker_.in_hand, host_.hold()};
  if (line != lines_.end()) {
    line->second.records.push_back(std::move(waiting));
    return;
  }
  Line& fresh = lines_[partition];
  fresh.records.push_back(std::move(waiting));
  fresh.attempts = 1;
  fresh.due = host_.now() + pause_after(1);
  worker_.park(partition);
}

bool RetryStep::attempt(const Envelope& envelope, const void* payload, std::uint32_t number) {
  Envelope lent = envelope.lend();
  const auto copy = type_.copy(payload);
  Attempt attempt{.number = number, .most = retry_.max_attempts, .step = step_, .emitted = step_.emitted()};
  host_.set_attempt(&attempt);
  step_.process(lent, copy.get());
  host_.set_attempt(nullptr);
  return !attempt.repeat;
}

nanoseconds RetryStep::poll(nanoseconds now) {
  nanoseconds next = kNever;
  for (auto line = lines_.begin(); line != lines_.end();) {
    if (line->second.due <= now) serve(line->second, now);
    // A record that ends the run stays, and with it the hold that keeps its offset from being committed.
    if (worker_.failure) return kNever;
    if (line->second.records.empty()) {
      worker_.unpark(line->first);
      line = lines_.erase(line);
      continue;
    }
    next = std::min(next, line->second.due);
    ++line;
  }
  return next;
}

void RetryStep::serve(Line& line, nanoseconds now) {
  while (!line.records.empty()) {
    Waiting& first = line.records.front();
    ++line.attempts;
    if (line.attempts > 1) retried_.add();
    worker_.in_hand = first.source;
    worker_.hold_in_hand = &first.hold;
    const bool done = attempt(first.envelope, first.payload.get(), line.attempts);
    worker_.hold_in_hand = nullptr;
    worker_.in_hand = RecordInHand();
    if (worker_.failure) return;
    if (!done) {
      line.due = now + pause_after(line.attempts);
      return;
    }
    line.records.pop_front();
    line.attempts = 0;
  }
}

void RetryStep::forget(PartitionId partition) {
  lines_.erase(partition);
}

nanoseconds RetryStep::pause_after(std::uint32_t attempts) {
  const double doubled = static_cast<double>(retry_.backoff.count()) * std::exp2(attempts - 1);
  const double longest = std::min(doubled, static_cast<double>(retry_.max_backoff.count()));
  const double share = 1 - retry_.jitter * std::uniform_real_distribution<double>(0, 1)(random_);
  return std::chrono::duration_cast<nanoseconds>(
      std::chrono::duration<double, ConfigDuration::period>(longest * share));
}

}  // namespace streams::runtime
