#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <streams/operator.hpp>
#include <streams/runtime/engine.hpp>
#include <streams/runtime/plan.hpp>

#include "engine/fan_out.hpp"
#include "engine/outbox.hpp"
#include "engine/retry_step.hpp"
#include "engine/step_host.hpp"
#include "observe/probe.hpp"
#include "observe/tap.hpp"
#include "observe/tap_point.hpp"

namespace streams::runtime {

/// One worker's own instance of every step of its segment, joined as the graph says: a record that enters at
/// a source runs through all of it by direct calls. Threads: the worker's.
class StepNetwork {
 public:
  StepNetwork(const Plan& plan, const Segment& segment, WorkerSteps& worker, Outbox& outbox);

  /// Where the records of the source of that index into `Segment::sources` enter.
  Operator& entry(std::size_t source) const { return *entries_[source]; }

  /// Between two records: shows what passes the steps that are tapped now. A source or transform shows what it sends
  /// on, a sink what it takes.
  void follow(const TapBoard& board, std::chrono::nanoseconds now);

  /// As `entry(source).process(...)`, and takes the time that each step needs for this record.
  void measure(std::size_t source, Envelope& envelope, void* payload);

  /// Lets steps do what is due. Returns when the next of them is.
  std::chrono::nanoseconds poll(std::chrono::nanoseconds now);
  void flush();
  /// A step that wants no records now, as an index into `Segment::steps`; 0 when there is none.
  std::size_t blocked_step() const;
  /// Drops what waits of a partition that somebody else reads now, or that is read again.
  void forget(PartitionId partition);

  /// What each step has done. `taken`: records that entered, by source index.
  std::vector<StepCounts> counts(const std::vector<std::uint64_t>& taken) const;
  /// The same with all that is measured, in the order of `Segment::steps`; of sinks without what became of
  /// their records, of sources without what was filtered. From any thread.
  std::vector<StepView> look(const std::vector<std::uint64_t>& taken) const;

 private:
  /// Where a path begins at an internal topic.
  struct CutEntry {
    std::size_t source = 0;
    std::size_t from = 0;
    std::size_t to = 0;
    std::unique_ptr<Operator> reader;
    std::unique_ptr<Operator> decoder;  // none for bytes

    Operator& last() const { return decoder != nullptr ? *decoder : *reader; }
  };
  /// Where a path ends at one.
  struct CutExit {
    std::size_t from = 0;
    std::size_t to = 0;
    std::unique_ptr<Operator> encoder;  // none for bytes
    std::unique_ptr<Operator> writer;

    Operator* entry() const { return encoder != nullptr ? encoder.get() : writer.get(); }
  };
  struct Step {
    std::size_t node = 0;
    std::unique_ptr<StepHost> host;
    std::unique_ptr<Operator> op;      // none for a source
    std::unique_ptr<RetryStep> retry;  // before `op` where its function may be called again
    std::unique_ptr<Probe> probe;
    Operator* next = nullptr;   // where `op` sends to when nothing is tapped
    Operator* front = nullptr;  // what stands before `entry()` while it is tapped as a sink

    std::uint64_t retried() const {
      return host->retried_count() + (retry != nullptr ? retry->retried() : 0);
    }
    Operator* entry() const { return retry != nullptr ? static_cast<Operator*>(retry.get()) : op.get(); }
  };
  /// A place from which records go straight into a step.
  struct Wire {
    Operator* from = nullptr;         // or a step with ports
    PortedOperator* fork = nullptr;
    std::size_t port = 0;  // of the fork
    Operator* step = nullptr;
    Probe* probe = nullptr;
  };

  void make_cuts(const Plan& plan, WorkerSteps& worker, Outbox& outbox);
  /// Joins a step to what reads from it.
  void join(Step& step);
  /// Where messages of node `from` enter `to`; null when that is of another segment.
  Operator* way(std::size_t from, std::size_t to) const;
  Operator* behind(std::size_t from, Operator* step);
  Operator* fork_of(std::size_t from, const std::vector<std::size_t>& to);
  void wire_ports(PortedOperator& fork, const std::vector<std::size_t>& to);
  void untap();
  void tap(const std::shared_ptr<Tap>& tap);
  void tap_source(TapPoint& point, std::size_t source);
  void tap_sink(TapPoint& point, Step& step);
  void put_probes_in(bool in) const;
  std::uint64_t emitted(std::size_t node, const std::vector<std::uint64_t>& taken) const;
  /// Messages of `from` that have come to `to`.
  std::uint64_t passed_on(std::size_t from, std::size_t to, const std::vector<std::uint64_t>& taken) const;
  std::uint64_t input_of(const Step& step, const std::vector<std::uint64_t>& taken) const;

  const Graph graph_;
  const Segment& segment_;
  std::vector<Step> steps_;     // in the graph's order
  std::vector<Step*> by_node_;  // null where a node is not of this segment
  std::vector<CutEntry> cut_entries_;
  std::vector<CutExit> cut_exits_;
  std::vector<std::unique_ptr<FanOut>> forks_;
  std::vector<Operator*> entries_;
  ProbeTime probe_time_;
  const Clock& clock_;
  std::vector<Wire> wires_;
  std::vector<Operator*> measured_entries_;

  std::uint64_t taps_version_ = 0;
  std::vector<std::unique_ptr<TapPoint>> tap_points_;
  std::vector<std::vector<TapPoint*>> source_taps_;  // by source
  // As it is when nothing is tapped.
  std::vector<Operator*> plain_entries_;
  std::vector<Wire> plain_wires_;
};

}  // namespace streams::runtime
