#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include <streams/operator.hpp>
#include <streams/output.hpp>
#include <streams/runtime/repartition_record.hpp>

#include "engine/outbox.hpp"
#include "engine/step_host.hpp"

namespace streams::runtime {

/// The end of a path at an internal topic: wraps the bytes of a message with its origin. Threads: the worker's.
class RepartitionWriter final : public Operator {
 public:
  /// `host` is that of the step before the topic.
  RepartitionWriter(std::size_t sink, Outbox& outbox, WorkerSteps& worker, StepHost& host)
      : sink_(sink), outbox_(outbox), worker_(worker), host_(host) {}

  void process(Envelope& envelope, void* payload) override {
    write_repartition_record(envelope.origin, *static_cast<const Bytes*>(payload), output_);
    // What has no key keeps the order of the partition that it was read from, which behind an earlier internal topic
    // is not that of its origin.
    outbox_.send(sink_, envelope, output_.take(), host_.hold(), worker_.in_hand, host_,
                 worker_.partition_in_hand());
  }

 private:
  std::size_t sink_;
  Outbox& outbox_;
  WorkerSteps& worker_;
  StepHost& host_;
  Output output_;
};

/// The beginning of a path at an internal topic: gives each message the origin that it had before the topic.
/// Threads: the worker's.
class RepartitionReader final : public Operator {
 public:
  void process(Envelope& envelope, void* payload) override {
    auto record = read_repartition_record(*static_cast<const Bytes*>(payload));
    if (!record) {
      context().fail(
          envelope, StepErrorKind::parse,
          "the record in this internal topic is not one that this version can read: something else "
          "writes to the topic, or a newer version of the pipeline does");
      return;
    }
    if (!record->data) return;
    envelope.origin = record->origin;
    envelope.origin.topic = lasting(record->origin.topic);
    emit(envelope, &record->payload);
  }

 private:
  /// An origin's topic outlives its record.
  std::string_view lasting(std::string_view topic) {
    if (topic == last_) return last_;
    auto found = topics_.find(topic);
    if (found == topics_.end()) found = topics_.emplace(topic).first;
    return last_ = *found;
  }

  std::set<std::string, std::less<>> topics_;
  std::string_view last_;
};

}  // namespace streams::runtime
