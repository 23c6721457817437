#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <streams/runtime/clock.hpp>

#include "dlq/redrive.hpp"

namespace streams::runtime::dlq {

/// Shows how far a redrive is: a bar that is drawn over and over on a terminal, else a line every five seconds.
class RedriveProgress {
 public:
  /// `write` gets text for stderr, line breaks and all. `clock` outlives it.
  RedriveProgress(bool terminal, const Clock& clock, std::function<void(std::string_view)> write);

  void update(const RedriveCounts& counts);
  /// Leaves the bar on the screen as it is now, with a line break behind it.
  void finish(const RedriveCounts& counts);

 private:
  std::string line(const RedriveCounts& counts) const;

  bool terminal_;
  const Clock& clock_;
  std::function<void(std::string_view)> write_;
  std::chrono::nanoseconds started_;
  std::chrono::nanoseconds shown_;
  bool drawn_ = false;
};

struct RedriveNames {
  std::string queue;
  std::string topic;   ///< of the source
  std::string ledger;  ///< where the redriven records are listed
};

/// What a redrive did, for people: what was written, what was left and why, and how to go on.
std::string summary_text(const RedriveResult& result, const RedriveOptions& options,
                         const RedriveNames& names);
/// The same as one line of JSON.
std::string summary_json(const RedriveResult& result, const RedriveOptions& options,
                         const RedriveNames& names);

}  // namespace streams::runtime::dlq
