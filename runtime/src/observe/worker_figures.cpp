#include "observe/worker_figures.hpp"

namespace streams::runtime {

WorkerView WorkerFigures::look() const {
  WorkerView view;
  view.state = state.value();
  view.last_turn = std::chrono::nanoseconds(last_turn.value());
  // In this order: a record may pass between the two, but none can have passed that was not taken.
  view.passed = passed.value();
  view.taken = taken();
  view.waiting = waiting.value();
  view.awaiting = awaiting.value();
  view.in_flight_bytes = in_flight_bytes.value();
  view.released = released.value();
  view.joined = joined.value();
  view.revoking = revoking.value();
  view.commit_owed = commit_owed.value();
  view.commits = commits.value();
  view.failed_commits = failed_commits.value();
  view.assigned = assigned.value();
  view.revoked = revoked.value();
  view.lost = lost.value();
  view.source = {source_reachable.value(), source_errors.value()};
  view.sink = {sink_reachable.value(), sink_errors.value()};
  view.partitions = partitions.look();
  return view;
}

}  // namespace streams::runtime
