#include "engine/dead_letters.hpp"

#include <charconv>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <streams/runtime/dead_letter.hpp>
#include <streams/runtime/repartition_record.hpp>

namespace streams::runtime {
namespace {

/// Which attempt at the record as a whole this was: one more than the redriven record says. What another pipeline
/// made of a redriven record may still have its headers, and is tried for the first time.
int attempt_of(const Headers& headers, std::string_view pipeline) {
  const Bytes* of = headers.last(dead_letter::kPipeline);
  if (of == nullptr || of->view() != pipeline) return 1;
  const Bytes* before = headers.last(dead_letter::kAttempt);
  int number = 0;
  if (before != nullptr) std::from_chars(before->data(), before->data() + before->size(), number);
  return number + 1;
}

}  // namespace

DeadLetters::DeadLetters(const Plan& plan, const Segment& segment, const EpochLog& epochs,
                         const WorkerFigures& figures, std::optional<StepError>& failure, const Clock& clock,
                         Outbox& outbox)
    : plan_(plan),
      segment_(segment),
      epochs_(epochs),
      figures_(figures),
      failure_(failure),
      clock_(clock),
      outbox_(outbox) {}

bool DeadLetters::has_queue(const RecordInHand& source) const {
  return source && segment_.find_queue(source.record().envelope.origin.topic) != nullptr;
}

std::optional<std::string> DeadLetters::put(const StepError& error, const RecordInHand& source, Hold& hold) {
  const DeadLetterQueue& queue = *segment_.find_queue(error.topic);
  SourceRecord record = source.original();
  const Origin read = record.envelope.origin;
  if (auto reached = over_limit(queue, error, source.record().partition, read.offset)) return reached;
  // From an internal topic, what is refused is the message in it: that is what people can read and mend.
  const bool internal = read.topic != error.topic;
  if (internal) {
    if (auto inner = read_repartition_record(record.payload)) record.payload = std::move(inner->payload);
  }
  describe(error, record.envelope, internal ? &read : nullptr, record.envelope.headers);
  outbox_.send(queue.sink, record.envelope, std::move(record.payload), std::move(hold), source, *this);
  return std::nullopt;
}

std::size_t DeadLetters::entry_of(std::string_view step) const {
  const auto node = plan_.graph.find(step);
  const PlannedStep* const planned = node ? segment_.find_step(*node) : nullptr;
  return planned == nullptr ? segment_.id : planned->entry;
}

bool DeadLetters::refused(const Envelope&, const RecordInHand& source, Hold&, std::string_view text) {
  const Origin origin = source.record().envelope.origin;
  const std::size_t sink = segment_.find_queue(origin.topic)->sink;
  if (!failure_) {
    failure_ = StepError{.step = segment_.sinks[sink].name,
                         .kind = StepErrorKind::produce,
                         .message = fmt::format("the dead letter queue refused the record: {}", text),
                         .topic = std::string(origin.topic),
                         .partition = origin.partition,
                         .offset = origin.offset};
  }
  return false;
}

std::optional<std::string> DeadLetters::over_limit(const DeadLetterQueue& queue, const StepError& error,
                                                   PartitionId partition, std::int64_t offset) {
  if (queue.max_invalid_ratio) {
    const std::uint64_t window = figures_.taken() / queue.ratio_window;
    if (std::exchange(window_, window) != window) in_window_ = 0;
    const double most = *queue.max_invalid_ratio * queue.ratio_window;
    if (static_cast<double>(in_window_ + 1) > most) {
      return fmt::format("more than {} of {} records would be dead letters (dlq.max_invalid_ratio): {}",
                         *queue.max_invalid_ratio, queue.ratio_window, error.message);
    }
    ++in_window_;
  }
  if (queue.max_consecutive_count) {
    if (runs_.size() <= partition) runs_.resize(partition + 1);
    Run& run = runs_[partition];
    // Offsets may have gaps: what counts is that no other record has passed in between.
    const bool goes_on = run.next == offset || run.next == epochs_.position(partition);
    if (goes_on && run.length >= *queue.max_consecutive_count) {
      return fmt::format(
          "more than {} records in a row would be dead letters (dlq.max_consecutive_count): {}",
          *queue.max_consecutive_count, error.message);
    }
    if (*queue.max_consecutive_count == 0)
      return fmt::format("no record may be a dead letter (dlq.max_consecutive_count is 0): {}",
                         error.message);
    run.length = goes_on ? run.length + 1 : 1;
    run.next = offset + 1;
  }
  return std::nullopt;
}

void DeadLetters::describe(const StepError& error, const Envelope& original, const Origin* input,
                           Headers& headers) const {
  using namespace dead_letter;
  const int attempt = attempt_of(headers, plan_.pipeline);
  const auto milliseconds = [](auto time) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
  };
  const std::pair<std::string_view, std::string> all[] = {
      {kPipeline, plan_.pipeline},
      {kSegment, std::to_string(entry_of(error.step))},
      {kStep, error.step},
      {kError, std::string(to_string(error.kind))},
      {kMessage, error.message},
      {kTopic, error.topic},
      {kPartition, std::to_string(error.partition)},
      {kOffset, std::to_string(error.offset)},
      {kTimestamp, milliseconds(original.timestamp)},
      {kAttempt, std::to_string(attempt)},
      {kTime, milliseconds(clock_.calendar())},
  };
  for (const auto& [name, value] : all) headers.set(std::string(name), Bytes::copy_of(value));
  // A redriven record may have been refused elsewhere before.
  for (const std::string_view name : {kInput, kInputPartition, kInputOffset}) headers.remove(name);
  if (input == nullptr) return;
  headers.set(std::string(kInput), Bytes::copy_of(input->topic));
  headers.set(std::string(kInputPartition), Bytes::copy_of(std::to_string(input->partition)));
  headers.set(std::string(kInputOffset), Bytes::copy_of(std::to_string(input->offset)));
}

}  // namespace streams::runtime
