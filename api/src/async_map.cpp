#include <streams/step/async_calls.hpp>

#include <algorithm>
#include <cmath>
#include <exception>

#include <streams/error.hpp>

#include "read_option.hpp"

namespace streams::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kBackoff{100};
constexpr double kJitter = 0.2;
constexpr milliseconds kMaxBackoff{30'000};

AsyncMapOptions read(const Options& effective, std::vector<std::string>& faults) {
  AsyncMapOptions options;
  options.max_in_flight =
      read_option<std::int64_t>(effective, "max_in_flight", kWholeNumber, faults).value_or(1);
  options.ordered = read_option<bool>(effective, "ordered", "true or false", faults).value_or(true);
  options.timeout = read_option<milliseconds>(effective, "timeout", kDuration, faults);
  options.max_attempts = read_option<std::int64_t>(effective, "retry.max_attempts", kWholeNumber, faults);
  options.backoff = read_option<milliseconds>(effective, "retry.backoff", kDuration, faults);
  options.jitter = read_option<double>(effective, "retry.jitter", "a number", faults);
  options.max_backoff = read_option<milliseconds>(effective, "retry.max_backoff", kDuration, faults);
  return options;
}

/// A number from 0 to 1 that depends on the message and its attempt alone, so that messages that failed together do
/// not come again together.
double lot(const Origin& origin, std::int64_t attempts) {
  auto mixed = static_cast<std::uint64_t>(origin.offset) * 0x9E3779B97F4A7C15U +
               static_cast<std::uint64_t>(origin.partition) * 0xBF58476D1CE4E5B9U +
               static_cast<std::uint64_t>(attempts) * 0x94D049BB133111EBU;
  mixed ^= mixed >> 31;
  mixed *= 0xBF58476D1CE4E5B9U;
  mixed ^= mixed >> 29;
  return static_cast<double>(mixed >> 11) / static_cast<double>(std::uint64_t{1} << 53);
}

}  // namespace

Options async_map_options(const AsyncMapOptions& options) {
  return {{"max_in_flight", options.max_in_flight},
          {"ordered", options.ordered},
          {"timeout", value_or_nothing(options.timeout)},
          {"retry.max_attempts", value_or_nothing(options.max_attempts)},
          {"retry.backoff", value_or_nothing(options.backoff)},
          {"retry.jitter", value_or_nothing(options.jitter)},
          {"retry.max_backoff", value_or_nothing(options.max_backoff)}};
}

std::vector<std::string> async_map_faults(const Options& effective) {
  std::vector<std::string> faults;
  const AsyncMapOptions options = read(effective, faults);
  if (!faults.empty()) return faults;
  if (options.max_in_flight < 1) faults.emplace_back("max_in_flight must be at least 1");
  if (options.timeout && options.timeout->count() < 1)
    faults.emplace_back("timeout must be at least 1ms; leave it without a value to wait for ever");
  if (options.max_attempts && *options.max_attempts < 1)
    faults.emplace_back("retry.max_attempts must be at least 1");
  if (options.backoff && options.backoff->count() < 0)
    faults.emplace_back("retry.backoff must not be negative");
  if (options.jitter && !(*options.jitter >= 0 && *options.jitter <= 1))
    faults.emplace_back("retry.jitter must be from 0 to 1");
  if (options.max_backoff.value_or(kMaxBackoff) < options.backoff.value_or(kBackoff))
    faults.emplace_back("retry.max_backoff is shorter than retry.backoff; raise it");
  return faults;
}

AsyncMapOptions read_async_map_options(const Options& effective) {
  std::vector<std::string> faults = async_map_faults(effective);
  if (!faults.empty()) throw PipelineError(std::move(faults));
  return read(effective, faults);
}

AsyncCalls::Call::~Call() = default;

AsyncCalls::AsyncCalls(const AsyncMapOptions& options) : options_(options) {}

AsyncCalls::~AsyncCalls() = default;

void AsyncCalls::accept(std::unique_ptr<Call> call) {
  call->partition_ = context().partition();
  call->kept_ = context().keep(call->envelope);
  auto& line = lines_[call->partition_];
  line.push_back(std::move(call));
  Call& taken = *line.back();
  taken.place_ = std::prev(line.end());
  if (has_room() && waiting_.empty()) {
    begin(taken, context().now());
  } else {
    waiting_.push_back(&taken);
  }
  block_if_full();
}

bool AsyncCalls::has_room() const {
  return in_flight_ < options_.max_in_flight;
}

void AsyncCalls::block_if_full() {
  context().set_blocked(!has_room() || !waiting_.empty());
}

void AsyncCalls::begin(Call& call, nanoseconds now) {
  ++in_flight_;
  attempt(call, now);
}

void AsyncCalls::attempt(Call& call, nanoseconds now) {
  ++call.attempts_;
  if (call.attempts_ > 1) context().retried();
  call.id_ = next_number_++;
  call.state_ = Call::State::asked;
  asked_.emplace(call.id_, &call);
  if (options_.timeout) set_due(call, now + *options_.timeout);
  std::string fault;
  try {
    return ask(call, call.id_);
  } catch (const std::exception& error) {
    fault = error.what();
  } catch (...) {
    fault = "an exception that is no std::exception";
  }
  give_up(call);
  attempt_failed(call, std::move(fault), now);
}

AsyncCalls::Call* AsyncCalls::asked(std::uint64_t id) const {
  const auto found = asked_.find(id);
  return found == asked_.end() ? nullptr : found->second;
}

void AsyncCalls::succeed(Call& call) {
  asked_.erase(call.id_);
  clear_due(call);
  settle(call);
}

void AsyncCalls::fail(Call& call, std::string fault) {
  attempt_failed(call, std::move(fault), context().now());
}

void AsyncCalls::attempt_failed(Call& call, std::string fault, nanoseconds now) {
  asked_.erase(call.id_);
  clear_due(call);
  if (call.attempts_ < options_.max_attempts.value_or(1)) {
    call.state_ = Call::State::pausing;
    set_due(call, now + pause_after(call));
    return;
  }
  call.fault_ = std::move(fault);
  settle(call);
}

nanoseconds AsyncCalls::pause_after(const Call& call) const {
  const double doubled = static_cast<double>(options_.backoff.value_or(kBackoff).count()) *
                         std::exp2(static_cast<double>(call.attempts_ - 1));
  const double longest =
      std::min(doubled, static_cast<double>(options_.max_backoff.value_or(kMaxBackoff).count()));
  const double share = 1 - options_.jitter.value_or(kJitter) * lot(call.envelope.origin, call.attempts_);
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double, std::milli>(longest * share));
}

void AsyncCalls::settle(Call& call) {
  call.state_ = Call::State::settled;
  if (!options_.ordered || lines_[call.partition_].front().get() == &call) settled_.push_back(&call);
}

void AsyncCalls::set_due(Call& call, nanoseconds at) {
  call.due_.emplace(at, next_number_++);
  due_.emplace(*call.due_, &call);
}

void AsyncCalls::clear_due(Call& call) {
  if (call.due_) due_.erase(*call.due_);
  call.due_.reset();
}

nanoseconds AsyncCalls::poll(nanoseconds now) {
  for (bool moved = true; moved;) {
    if (context().failed()) return kNever;
    moved = take_answers();
    for (; !due_.empty() && due_.begin()->first.first <= now; moved = true) meet(*due_.begin()->second, now);
    send_settled();
    for (; has_room() && !waiting_.empty() && !context().failed(); moved = true) {
      Call& next = *waiting_.front();
      waiting_.pop_front();
      begin(next, now);
    }
  }
  block_if_full();
  return due_.empty() ? kNever : due_.begin()->first.first;
}

/// Something is due.
void AsyncCalls::meet(Call& call, nanoseconds now) {
  clear_due(call);
  if (call.state_ == Call::State::pausing) return attempt(call, now);
  if (!give_up(call)) return;
  attempt_failed(call, "no answer within " + std::to_string(options_.timeout->count()) + " ms", now);
}

void AsyncCalls::send_settled() {
  while (!settled_.empty() && !context().failed()) {
    Call& call = *settled_.front();
    settled_.pop_front();
    finish(call);
  }
}

void AsyncCalls::finish(Call& call) {
  // Taken out first: what follows may make the worker look at the step again.
  const auto line = lines_.find(call.partition_);
  const std::unique_ptr<Call> owned = std::move(*call.place_);
  line->second.erase(call.place_);
  --in_flight_;
  if (line->second.empty()) {
    lines_.erase(line);
  } else if (options_.ordered && line->second.front()->state_ == Call::State::settled) {
    settled_.push_back(line->second.front().get());
  }
  const InHand in_hand(context(), call.kept_);
  if (call.fault_.empty()) {
    send_on(call);
  } else {
    context().fail_after(static_cast<int>(call.attempts_), call.envelope, StepErrorKind::function,
                         call.fault_);
  }
}

void AsyncCalls::forget(std::uint32_t partition) {
  const auto line = lines_.find(partition);
  if (line == lines_.end()) return;
  const auto of_it = [partition](const Call* call) { return call->partition_ == partition; };
  std::erase_if(waiting_, of_it);
  std::erase_if(settled_, of_it);
  for (const std::unique_ptr<Call>& call : line->second) {
    clear_due(*call);
    if (call->state_ != Call::State::waiting) --in_flight_;
    if (call->state_ != Call::State::asked) continue;
    asked_.erase(call->id_);
    give_up(*call);
  }
  lines_.erase(line);
  block_if_full();
}

}  // namespace streams::detail
