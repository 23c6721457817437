#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>

#include <streams/operator.hpp>
#include <streams/payload_type.hpp>
#include <streams/runtime/config.hpp>
#include <streams/runtime/record_batch.hpp>

#include "engine/record_in_hand.hpp"
#include "engine/step_host.hpp"
#include "observe/counter.hpp"

namespace streams::runtime {

/// Stands before a step whose function may be tried again. A record that the function refuses waits here until its
/// next attempt, and whatever follows from the same partition waits behind it, so that order is kept; the source
/// is asked to bring no more of that partition, and the other partitions go on. Threads: the worker's.
class RetryStep final : public Operator {
 public:
  /// `step` is open and outlives this; `type` is what it takes.
  RetryStep(Operator& step, StepHost& host, const PayloadType& type, const RetryConfig& retry,
            WorkerSteps& worker, std::uint32_t seed);

  void process(Envelope& envelope, void* payload) override;
  std::chrono::nanoseconds poll(std::chrono::nanoseconds now) override;

  /// Drops what waits of the partition: somebody else reads it now.
  void forget(PartitionId partition);

  std::uint64_t retried() const noexcept { return retried_.value(); }

 private:
  struct Waiting {
    Envelope envelope;
    std::unique_ptr<void, void (*)(void*)> payload{nullptr, nullptr};
    RecordInHand source;
    Hold hold;
  };
  struct Line {  // of one partition
    std::deque<Waiting> records;
    std::uint32_t attempts = 0;  // at the first of them
    std::chrono::nanoseconds due{};
  };

  /// True when the record is dealt with, one way or the other.
  bool attempt(const Envelope& envelope, const void* payload, std::uint32_t number);
  void serve(Line& line, std::chrono::nanoseconds now);
  std::chrono::nanoseconds pause_after(std::uint32_t attempts);

  Operator& step_;
  StepHost& host_;
  const PayloadType& type_;
  const RetryConfig retry_;
  WorkerSteps& worker_;
  std::minstd_rand random_;
  std::map<PartitionId, Line> lines_;
  Counter retried_;
};

}  // namespace streams::runtime
