#include "observe/health.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace streams::runtime {
namespace {

using std::chrono::nanoseconds;

std::uint64_t settled(const WorkerView& worker) {
  std::uint64_t sum = 0;
  for (const SinkView& sink : worker.sinks) sum += sink.settled;
  return sum;
}

/// A turn that lasts longer is busy with its records: what is served once a turn cannot move on meanwhile.
constexpr std::chrono::seconds kUsualTurn{3};

WorkerProgress advance(WorkerProgress progress, const WorkerView& worker, nanoseconds now) {
  const nanoseconds passed_time = now - progress.seen_at.value_or(now);
  const bool first = !progress.seen_at;
  const bool busy = now - worker.last_turn > kUsualTurn;
  const auto see = [&](Mark& mark, bool waits, std::uint64_t value) {
    if (first) mark = {value, now};
    if (busy) mark.since += passed_time;
    mark.see(waits, value, now);
  };
  const auto turn = static_cast<std::uint64_t>(worker.last_turn.count());
  if (first) progress.steps.since = progress.loop.since = now;
  progress.steps.see(worker.taken > worker.passed, worker.passed, now);
  progress.loop.see(worker.state != WorkerState::ended, worker.passed + turn, now);

  see(progress.held, worker.held_back != HeldBack::no,
      worker.passed + settled(worker) + worker.released + worker.commits);
  see(progress.commit, worker.commit_owed, worker.commits);
  progress.sinks.resize(worker.sinks.size());
  for (std::size_t i = 0; i < worker.sinks.size(); ++i) {
    see(progress.sinks[i], worker.sinks[i].sent > worker.sinks[i].settled, worker.sinks[i].settled);
  }

  decltype(progress.partitions) partitions;
  for (const PartitionView& partition : worker.partitions) {
    const std::tuple key(partition.topic, partition.partition, partition.assignment);
    const auto position = static_cast<std::uint64_t>(partition.position);
    const auto found = progress.partitions.find(key);
    Mark mark = found == progress.partitions.end() ? Mark{position, now} : found->second;
    // A worker that is held back reads nothing, on purpose; so does one of a partition that waits for the next
    // attempt of a record, whose number is bounded.
    const bool reads = worker.held_back == HeldBack::no && !partition.parked;
    see(mark, partition.has_unread() && reads, position);
    partitions.emplace(key, mark);
  }
  progress.partitions = std::move(partitions);

  if (worker.rebalances() != progress.rebalances || worker.revoking) progress.rebalanced_at = now;
  progress.rebalances = worker.rebalances();
  progress.seen_at = now;
  return progress;
}

/// Collects the ills of one worker.
class Judge {
 public:
  Judge(const WorkerView& worker, const WorkerProgress& progress, nanoseconds now, const HealthConfig& rule,
        std::vector<HealthReason>& ills)
      : worker_(worker), progress_(progress), now_(now), rule_(rule), ills_(ills) {}

  void judge(const Segment& segment) {
    if (worker_.state == WorkerState::ended) return;
    const std::size_t before = ills_.size();
    if (over(progress_.steps)) {
      add("step",
          fmt::format("a record has been in the steps for {}; those behind it wait", age(progress_.steps)));
    }
    if (over(progress_.loop) && worker_.taken == worker_.passed) {
      add("loop", fmt::format("the worker's loop has stood still for {}", age(progress_.loop)));
    }
    for (std::size_t i = 0; i < progress_.sinks.size() && i < segment.sinks.size(); ++i) {
      if (!over(progress_.sinks[i])) continue;
      const SinkView& sink = worker_.sinks[i];
      add("sink",
          fmt::format("step '{}': {} records wait for topic '{}', and none has been acknowledged for {}{}",
                      segment.sinks[i].name, sink.sent - sink.settled, segment.sinks[i].topic,
                      age(progress_.sinks[i]), unreachable(worker_.sink)));
    }
    // Consequences of these need no sentence of their own.
    if (ills_.size() > before) return;
    if (over(progress_.held)) {
      add("held_back", fmt::format("no new records are taken (held back by {}), and nothing has ended for {}",
                                   to_string(worker_.held_back), age(progress_.held)));
    }
    if (worker_.state == WorkerState::running && !in_grace()) judge_source();
  }

 private:
  bool over(const Mark& mark) const { return now_ - mark.since > nanoseconds(rule_.deadline); }
  bool in_grace() const {
    return progress_.rebalanced_at && now_ - *progress_.rebalanced_at <= nanoseconds(rule_.rebalance_grace);
  }
  void add(std::string_view what, std::string text) {
    ills_.push_back({what, worker_.worker, std::move(text)});
  }
  std::string age(const Mark& mark) const {
    return fmt::format("{} s", std::chrono::duration_cast<std::chrono::seconds>(now_ - mark.since).count());
  }
  static std::string_view unreachable(const Connection& connection) {
    return connection.reachable ? "" : "; the cluster cannot be reached";
  }

  void judge_source() {
    if (over(progress_.commit)) {
      add("commit", fmt::format("finished records have not been committed for {}{}", age(progress_.commit),
                                unreachable(worker_.source)));
    }
    for (const PartitionView& partition : worker_.partitions) {
      const auto mark =
          progress_.partitions.find({partition.topic, partition.partition, partition.assignment});
      if (mark == progress_.partitions.end() || !over(mark->second)) continue;
      add("partition",
          fmt::format("{} records of topic '{}' partition {} wait, and none has been finished for {}{}",
                      partition.end - partition.position, partition.topic, partition.partition,
                      age(mark->second), unreachable(worker_.source)));
    }
  }

  const WorkerView& worker_;
  const WorkerProgress& progress_;
  const nanoseconds now_;
  const HealthConfig& rule_;
  std::vector<HealthReason>& ills_;
};

void find_what_is_not_ready(const Snapshot& snapshot, Health& health) {
  const auto add = [&](std::string_view what, const WorkerView* worker, std::string text) {
    health.not_ready.push_back(
        {what, worker == nullptr ? std::nullopt : std::optional(worker->worker), std::move(text)});
  };
  if (!snapshot.begun) return add("starting", nullptr, "the run has not begun yet");
  for (const WorkerView& worker : snapshot.workers) {
    switch (worker.state) {
      case WorkerState::starting:
        add("starting", &worker, "the worker has not started yet");
        continue;
      case WorkerState::running:
        break;
      case WorkerState::draining:
      case WorkerState::leaving:
        add("draining", &worker, "the worker finishes what it has read and leaves");
        continue;
      case WorkerState::ended:
        add("ended", &worker, "the worker has ended");
        continue;
    }
    if (!worker.joined) add("joining", &worker, "the group has not assigned partitions to the worker yet");
    if (!worker.source.reachable) {
      add("source_unreachable", &worker, "the cluster of the source cannot be reached");
    }
    if (!worker.sink.reachable) {
      add("sink_unreachable", &worker, "the cluster of a sink cannot be reached");
    }
  }
}

}  // namespace

Progress advance(Progress before, const Snapshot& snapshot) {
  before.resize(snapshot.workers.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    before[i] = advance(std::move(before[i]), snapshot.workers[i], snapshot.now);
  }
  return before;
}

Health judge(const Snapshot& snapshot, const Progress& progress, const HealthConfig& rule,
             const Segment& segment) {
  Health health;
  for (std::size_t i = 0; i < snapshot.workers.size() && i < progress.size(); ++i) {
    Judge(snapshot.workers[i], progress[i], snapshot.now, rule, health.ills).judge(segment);
  }
  find_what_is_not_ready(snapshot, health);
  health.not_ready.insert(health.not_ready.end(), health.ills.begin(), health.ills.end());
  return health;
}

}  // namespace streams::runtime
