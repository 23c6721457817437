#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include <streams/operator.hpp>
#include <streams/runtime/engine.hpp>
#include <streams/runtime/plan.hpp>

#include "engine/fan_out.hpp"
#include "engine/outbox.hpp"
#include "engine/step_host.hpp"

namespace streams::runtime {

/// One worker's own instance of every step of its segment, joined as the graph says: a record that enters at
/// a source runs through all of it by direct calls. Threads: the worker's.
class StepNetwork {
 public:
  StepNetwork(const Plan& plan, const Segment& segment, WorkerSteps& worker, Outbox& outbox);

  /// Where the records of the source of that index into `Segment::sources` enter.
  Operator& entry(std::size_t source) const { return *entries_[source]; }

  /// Lets steps do what is due. Returns when the next of them is.
  std::chrono::nanoseconds poll(std::chrono::nanoseconds now);
  void flush();

  /// What each step has done. `taken`: records that entered, by source index.
  std::vector<StepCounts> counts(const std::vector<std::uint64_t>& taken) const;

 private:
  struct Step {
    std::size_t node = 0;
    std::unique_ptr<StepHost> host;
    std::unique_ptr<Operator> op;  // none for a source
  };

  Operator* behind(const Node& node);

  const Graph graph_;
  const Segment& segment_;
  std::vector<Step> steps_;     // in the graph's order
  std::vector<Step*> by_node_;  // null where a node is not of this segment
  std::vector<std::unique_ptr<FanOut>> forks_;
  std::vector<Operator*> entries_;
};

}  // namespace streams::runtime
