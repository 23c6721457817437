#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <streams/runtime/adapter.hpp>
#include <streams/runtime/engine.hpp>
#include <streams/runtime/plan.hpp>

#include "app/command_line.hpp"
#include "app/run_progress.hpp"

namespace streams::runtime {

/// What `--seed` and `--tail` name must be topics of the segment: a status that says which there are, else
/// OK.
absl::Status check_embedded_topics(const CommandLine& line, const Segment& segment);

/// Points every source and sink of the plan at `servers`: their own addresses, and what they say about
/// encryption and passwords, are gone. Every source starts at the earliest record, since the broker is as new
/// as the run.
void point_at_embedded_broker(Plan& plan, const std::string& servers);

/// `--embedded-kafka`: a broker for one run, its topics, what `--seed` puts in and `--tail` prints.
///
/// Lifecycle: `start`, then `watch` before the run and `finish` after it. Threads: one for each tail and one
/// that waits until all is done.
class EmbeddedRun {
 public:
  /// Starts the broker, makes the topics of the segment, each with one partition, writes the seeds and
  /// changes the plan to use it.
  static absl::StatusOr<std::unique_ptr<EmbeddedRun>> start(const AdapterFactory& factory,
                                                            const AdapterContext& context,
                                                            const CommandLine& line, Plan& plan,
                                                            std::optional<std::size_t> entry);
  ~EmbeddedRun();

  RunProgress& progress() { return progress_; }
  /// Begins to print; stops the run when everything is done (`--until-idle`) or stdout cannot be written.
  void watch(StopSignal& stop);
  /// Prints what has been delivered until now, and ends the printing.
  absl::Status finish();

 private:
  EmbeddedRun(const CommandLine& line, Log& log) : line_(line), log_(log) {}
  void tail(const std::string& topic, StopSignal& stop);
  /// True when as many records have been printed as are in the tailed topics.
  bool all_printed(const RunProgress& progress) const;

  const CommandLine& line_;
  Log& log_;
  std::unique_ptr<EmbeddedBroker> broker_;
  std::map<std::string, std::uint64_t> seeded_;  ///< records by topic
  std::vector<std::string> internal_;            ///< topics that the run both writes and reads
  RunProgress progress_;
  std::atomic<bool> ended_{false};
  std::mutex fault_mutex_;
  absl::Status fault_;
  std::vector<std::thread> threads_;
};

}  // namespace streams::runtime
