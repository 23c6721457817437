#include "engine/run_results.hpp"

#include <algorithm>
#include <utility>

namespace streams::runtime {
namespace {

int severity(RunResult::End end) {
  switch (end) {
    case RunResult::End::stopped:
    case RunResult::End::finished:
      return 0;
    case RunResult::End::record_failed:
      return 1;
    case RunResult::End::failed:
      return 2;
  }
  return 2;
}

void add(std::vector<StepCounts>& sum, StepCounts of_worker) {
  const auto same = std::find_if(sum.begin(), sum.end(),
                                 [&](const StepCounts& counts) { return counts.step == of_worker.step; });
  if (same == sum.end()) {
    sum.push_back(std::move(of_worker));
    return;
  }
  same->input += of_worker.input;
  same->dropped += of_worker.dropped;
  same->errors += of_worker.errors;
  same->dead_letters += of_worker.dead_letters;
  same->retried += of_worker.retried;
}

}  // namespace

bool is_failure(RunResult::End end) {
  return severity(end) > 0;
}

RunResult merged(std::vector<RunResult> workers) {
  RunResult whole;
  whole.end = std::all_of(workers.begin(), workers.end(),
                          [](const RunResult& r) { return r.end == RunResult::End::finished; })
                  ? RunResult::End::finished
                  : RunResult::End::stopped;
  for (RunResult& worker : workers) {
    if (severity(worker.end) > severity(whole.end)) whole.end = worker.end;
    if (whole.status.ok()) whole.status = worker.status;
    whole.record_errors.insert(whole.record_errors.end(), worker.record_errors.begin(),
                               worker.record_errors.end());
    whole.drained = whole.drained && worker.drained;
    for (StepCounts& counts : worker.counts) add(whole.counts, std::move(counts));
  }
  return whole;
}

}  // namespace streams::runtime
