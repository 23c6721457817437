#include <streams/runtime/engine.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/memory_budget.hpp"
#include "engine/run_results.hpp"
#include "engine/worker.hpp"

namespace streams::runtime {
namespace {

// Half of the budget is for what the workers keep; the other half is the sources' read-ahead.
constexpr std::uint64_t kWorkersShare = 2;

RunResult failed(absl::Status status) {
  RunResult result;
  result.end = RunResult::End::failed;
  result.status = std::move(status);
  return result;
}

/// The refusals of all workers, the oldest first, as many as one worker keeps.
void keep_last(std::vector<RefusalView>& refusals) {
  std::stable_sort(refusals.begin(), refusals.end(),
                   [](const RefusalView& a, const RefusalView& b) { return a.time < b.time; });
  if (refusals.size() > RecentRefusals::kMost) {
    refusals.erase(refusals.begin(), refusals.end() - RecentRefusals::kMost);
  }
}

Snapshot look(const std::vector<std::unique_ptr<Worker>>& workers, const MemoryBudget& budget,
              const Clock& clock) {
  Snapshot snapshot;
  snapshot.now = clock.now();
  snapshot.calendar = clock.calendar();
  snapshot.begun = true;
  for (const auto& worker : workers) worker->look(snapshot);
  keep_last(snapshot.refusals);
  snapshot.memory_used = static_cast<std::uint64_t>(std::max<std::int64_t>(0, budget.used()));
  snapshot.memory_budget = static_cast<std::uint64_t>(budget.limit());
  return snapshot;
}

/// Opens a window, if there is one, for as long as it lives.
class Look {
 public:
  Look(RunWindow* window, std::function<Snapshot()> take) : window_(window) {
    if (window_ != nullptr) window_->open(std::move(take));
  }
  ~Look() {
    if (window_ != nullptr) window_->close();
  }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;

 private:
  RunWindow* window_;
};

}  // namespace

std::string to_text(const StepError& error) {
  return fmt::format("step '{}' ({}): {} [topic {}, partition {}, offset {}]", error.step,
                     to_string(error.kind), error.message, error.topic, error.partition, error.offset);
}

void StopSignal::stop() {
  const std::lock_guard lock(mutex_);
  if (stopped_.exchange(true, std::memory_order_acq_rel)) return;
  if (callback_) callback_();
}

void StopSignal::on_stop(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  callback_ = std::move(callback);
  if (stopped() && callback_) callback_();
}

RunResult run_segment(const Plan& plan, const Segment& segment, Adapter& adapter, const Clock& clock,
                      Log& log, StopSignal& stop, RunWindow* window, const TapBoard* taps) {
  MemoryBudget budget(plan.memory_budget / kWorkersShare);
  std::vector<std::unique_ptr<Worker>> workers;
  for (std::size_t i = 0; i < segment.workers; ++i) {
    absl::StatusOr<WorkerIo> io = adapter.open_worker(i);
    if (!io.ok()) return failed(io.status());
    workers.push_back(std::make_unique<Worker>(plan, segment, i, *std::move(io), budget, clock, log, taps));
  }
  const Look shown(window, [&] { return look(workers, budget, clock); });
  const auto stop_all = [&workers] {
    for (const auto& worker : workers) worker->request_stop();
  };
  std::vector<RunResult> results(workers.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    threads.emplace_back([&, i] {
      try {
        if (absl::Status status = workers[i]->start(); !status.ok()) {
          results[i] = failed(std::move(status));
        } else {
          workers[i]->run();
          results[i] = workers[i]->result();
        }
      } catch (const std::exception& error) {
        results[i] = failed(absl::InternalError(fmt::format("worker {}: {}", i, error.what())));
      }
      // One that cannot go on ends the segment: its partitions would stand still unnoticed.
      if (is_failure(results[i].end)) stop_all();
    });
  }
  // Workers exist for as long as this callback may run: `on_stop({})` below waits for it.
  stop.on_stop(stop_all);
  for (std::thread& thread : threads) thread.join();
  stop.on_stop({});

  return merged(std::move(results));
}

}  // namespace streams::runtime
