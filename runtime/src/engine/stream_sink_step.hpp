#pragma once

#include <cstddef>
#include <utility>

#include <streams/bytes.hpp>
#include <streams/operator.hpp>

#include "engine/outbox.hpp"
#include "engine/step_host.hpp"

namespace streams::runtime {

/// The end of a path at a topic: hands the record to the outbox.
class StreamSinkStep final : public Operator {
 public:
  StreamSinkStep(std::size_t sink, Outbox& outbox, WorkerSteps& worker, StepHost& host)
      : sink_(sink), outbox_(outbox), worker_(worker), host_(host) {}

  void process(Envelope& envelope, void* payload) override {
    outbox_.send(sink_, envelope, std::move(*static_cast<Bytes*>(payload)), host_.hold(), worker_.in_hand,
                 host_);
  }

 private:
  std::size_t sink_;
  Outbox& outbox_;
  WorkerSteps& worker_;
  StepHost& host_;
};

}  // namespace streams::runtime
