#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <streams/runtime/plan.hpp>
#include <streams/runtime/snapshot.hpp>

#include "observe/health.hpp"
#include "observe/measure.hpp"

namespace streams::tests {

/// orders -> double -> keep -> out, with its plan.
runtime::Plan story_plan();

/// A run as a test tells it, second by second: one worker with two partitions, looked at once a second.
class RunStory {
 public:
  RunStory();

  runtime::WorkerView& worker() { return snapshot.workers.front(); }
  runtime::PartitionView& partition(std::size_t index) { return worker().partitions[index]; }

  /// The loop turns, and `happens` is what happens in each second.
  template <class Happens>
  void turn_for(std::chrono::seconds time, Happens happens) {
    for (std::chrono::seconds gone{0}; gone < time; gone += std::chrono::seconds(1)) {
      snapshot.now += std::chrono::seconds(1);
      snapshot.calendar += std::chrono::seconds(1);
      worker().last_turn = snapshot.now;
      happens();
      look();
    }
  }
  void turn_for(std::chrono::seconds time) {
    turn_for(time, [] {});
  }

  /// The loop is inside one turn all the time.
  template <class Happens>
  void stay_in_turn_for(std::chrono::seconds time, Happens happens) {
    turn_for(time, [this, happens, turn = worker().last_turn] {
      worker().last_turn = turn;
      happens();
    });
  }
  void stay_in_turn_for(std::chrono::seconds time) {
    stay_in_turn_for(time, [] {});
  }

  void take(std::uint64_t records) { worker().taken += records; }
  void pass(std::uint64_t records) { worker().passed += records; }
  void send(std::uint64_t records) { worker().sinks.front().sent += records; }
  void acknowledge(std::uint64_t records) { worker().sinks.front().settled += records; }

  runtime::Health health() const;
  /// The words of what is wrong; empty when healthy.
  std::vector<std::string> ills() const;
  /// The words of why it is not ready.
  std::vector<std::string> not_ready() const;
  runtime::Observation observation() const { return {snapshot, health(), {1.5, 1 << 20, 1767225600}}; }

  const runtime::Plan plan;
  runtime::HealthConfig rule;
  runtime::Snapshot snapshot;

 private:
  void look();

  runtime::Progress progress_;
};

}  // namespace streams::tests
