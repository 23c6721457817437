#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <absl/status/status.h>

#include <streams/runtime/clock.hpp>
#include <streams/runtime/dead_letter_store.hpp>

#include "dlq/dead_letter_filter.hpp"

namespace streams::runtime::dlq {

/// What is redriven, and where to.
struct RedriveSource {
  std::string pipeline;
  std::string topic;                        ///< of the source
  std::set<std::string> internal_topics{};  ///< that the pipeline has now
};

struct RedriveOptions {
  DeadLetterFilter filter{};
  std::optional<std::uint64_t> limit{};  ///< records to write
  std::optional<double> rate{};          ///< records in a second
  int max_attempts = 3;                  ///< a record that was refused that often is left
  bool dry_run = false;
  bool at_least_once = false;
};

/// What a redrive did with the dead letters that its filter lets through.
struct RedriveCounts {
  std::uint64_t redriven = 0;  ///< in a dry run: what would be
  std::map<std::string, std::uint64_t>
      to_internal_topics;    ///< those of `redriven` that were refused behind one
  std::uint64_t before = 0;  ///< the ledger has them, or they are the same source record once more
  std::uint64_t tried_too_often = 0;
  std::map<std::string, std::uint64_t> other_topics;     ///< records of another topic than the source's
  std::map<std::string, std::uint64_t> other_pipelines;  ///< records that another pipeline refused
  std::map<std::string, std::uint64_t> gone_topics;      ///< refused behind an internal topic that is no more
  std::uint64_t foreign = 0;    ///< no dead letters of ours, whatever the filter says
  std::uint64_t looked_at = 0;  ///< places of the queue
  std::uint64_t to_look_at = 0;
};

/// What a redrive uses of its process.
struct RedriveTools {
  const Clock& clock;
  /// Sleeps that long, or less when the redrive is to stop.
  std::function<void(std::chrono::nanoseconds)> sleep;
  std::function<bool()> stop;
  /// Told after each batch and from time to time between them.
  std::function<void(const RedriveCounts&)> progress;
};

/// How it ended, and what it did until then.
struct RedriveResult {
  absl::Status status;
  RedriveCounts counts;
  bool stopped = false;  ///< somebody asked for it before the end
};

/// Writes the refused records back to where they were refused, as far as the ledger does not know them, in small
/// batches. Killed or stopped at any moment, it goes on where it was when it is started again.
RedriveResult redrive(DeadLetterStore& store, const RedriveSource& source, const RedriveOptions& options,
                      const RedriveTools& tools);

/// The original record: without the headers that made it a dead letter, but with the number of its attempts and the
/// pipeline that they were. What was refused behind an internal topic is put into its envelope again.
RedrivenRecord original_of(const Message<Bytes>& record, const DeadLetterFacts& facts);

}  // namespace streams::runtime::dlq
