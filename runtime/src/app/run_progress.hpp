#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <streams/runtime/adapter.hpp>

namespace streams::runtime {

/// How far a run is, topic by topic. Threads: any.
class RunProgress {
 public:
  /// The group's next record of a partition.
  void committed(std::string_view topic, std::int32_t partition, std::int64_t offset);
  void delivered(std::string_view topic);
  void printed(std::string_view topic);

  /// Reads the state; only valid inside `await`.
  std::int64_t committed_records(const std::string& topic) const;
  std::uint64_t delivered_records(const std::string& topic) const { return count(delivered_, topic); }
  std::uint64_t printed_records(const std::string& topic) const { return count(printed_, topic); }

  /// Blocks until `condition` holds (true) or `give_up()` was called or `longest` is over (false).
  bool await(const std::function<bool(const RunProgress&)>& condition, std::chrono::nanoseconds longest);
  /// Ends every `await`, now and later, whose condition does not hold.
  void give_up();

 private:
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;
  static std::uint64_t count(const Counts& counts, const std::string& topic);
  void add(Counts& counts, std::string_view topic);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<std::string, std::int32_t>, std::int64_t> committed_;
  Counts delivered_;
  Counts printed_;
  bool given_up_ = false;
};

/// `adapter` with its sources and sinks watched: what they commit and deliver is counted in `progress`, and
/// nothing else is changed. For runs that are looked at, not for fast ones. `progress` outlives the result
/// and its workers.
std::unique_ptr<Adapter> observe(std::unique_ptr<Adapter> adapter, RunProgress& progress);

}  // namespace streams::runtime
