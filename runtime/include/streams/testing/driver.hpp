#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/status/status.h>

#include <streams/message.hpp>
#include <streams/pipeline.hpp>
#include <streams/runtime/connector.hpp>
#include <streams/runtime/engine.hpp>
#include <streams/testing/virtual_clock.hpp>

namespace streams::testing {

/// A record as a test writes it down: what is fed into a topic and what comes out of one.
struct Record {
  std::optional<std::string> value{};  ///< nothing: a tombstone
  std::optional<std::string> key{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::int64_t timestamp = -1;  ///< milliseconds since 1970; -1: none
  std::int32_t partition = 0;

  Record() = default;
  Record(std::string text)
      : value(std::move(text)) {}            // NOLINT: a record that is only a value is written as its text
  Record(const char* text) : value(text) {}  // NOLINT
  Record(std::optional<std::string> text, std::optional<std::string> record_key,
         std::vector<std::pair<std::string, std::string>> record_headers = {}, std::int64_t time = -1,
         std::int32_t to_partition = 0)
      : value(std::move(text)),
        key(std::move(record_key)),
        headers(std::move(record_headers)),
        timestamp(time),
        partition(to_partition) {}

  friend bool operator==(const Record&, const Record&) = default;
};

struct DriverOptions {
  /// The deployment, as YAML. Sources and sinks need no `bootstrap_servers` here. Empty: all defaults.
  std::string config{};
  /// Partitions of each topic.
  std::int32_t partitions = 1;
  /// Every entry of `pipeline.segments` runs by itself, as in a process of its own. Else all run as one.
  bool separate_segments = false;
  /// Records that the in-memory sink takes before it says that it is full.
  std::size_t sink_room = 1'000'000;
  /// For the steps that the pipeline only describes.
  std::vector<runtime::Connector> connectors{};
};

/// Runs a pipeline in memory, with the engine that runs it in production, on a clock that only the test
/// moves.
///
///     Driver driver(my_pipeline());
///     driver.feed("events", {R"({"id":1})", R"({"id":2})"});
///     driver.run();
///     EXPECT_EQ(driver.output("results"), (std::vector<Record>{...}));
///
/// Topics outlive a crash: `crash()` and `start()` go on at the committed offsets, as a killed process would.
/// Throws PipelineError or ConfigError when pipeline or deployment are wrong. Threads: one.
class Driver {
 public:
  explicit Driver(const Pipeline& pipeline, DriverOptions options = {});
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  /// Appends records to a source's topic.
  void feed(std::string_view topic, const std::vector<Record>& records);

  /// Handles everything there is to handle; time stands still.
  void run();
  /// Lets time pass, doing what falls due on the way.
  void advance(std::chrono::nanoseconds by);
  /// Lets time pass until everything read is committed, or that much time is over. True when it is.
  bool settle(std::chrono::nanoseconds at_most = std::chrono::minutes(1));

  /// All records of a topic, in the order of their arrival.
  std::vector<Record> output(std::string_view topic) const;
  /// The values alone; a tombstone is an empty text.
  std::vector<std::string> values(std::string_view topic) const;
  /// The committed offset, or -1 when there is none.
  std::int64_t committed(std::string_view topic, std::int32_t partition = 0) const;

  /// Asks for a graceful end, which comes as time passes.
  void request_stop();
  /// Asks for a graceful end and lets time pass until it is reached.
  runtime::RunResult stop();
  /// True once the run has ended, by `stop()` or by a fault.
  bool ended() const;
  /// How it ended, or what it would be now.
  runtime::RunResult result() const;
  /// What was logged, a line each.
  const std::vector<std::string>& log() const;
  /// What can be seen of the run from outside: the figures behind metrics and health.
  runtime::Snapshot look() const;
  /// The time of the run, for steps that need it.
  VirtualClock& clock();

  // Faults.

  /// The process dies: what is not committed is forgotten. `start()` begins anew.
  void crash();
  void start();
  /// The sink takes records and acknowledges none, until uncorked.
  void cork_sink();
  void uncork_sink();
  /// The sink refuses the next record of that topic for good, as a broker does with one that is too large.
  void refuse_next(std::string_view topic, std::string text);
  /// The next commits fail.
  void fail_commits(int count);
  /// The source, or the sink, ends for good.
  void fail_source(absl::Status status);
  void fail_sink(absl::Status status);
  /// The group takes a partition back; it comes again with `assign`.
  void revoke(std::string_view topic, std::int32_t partition);
  void lose(std::string_view topic, std::int32_t partition);
  void assign(std::string_view topic, std::int32_t partition);
  /// True while the worker reads the partition or is still finishing it.
  bool holds(std::string_view topic, std::int32_t partition) const;
  /// Reads the partition again from its committed offset, as after an aborted transaction.
  void rewind(std::string_view topic, std::int32_t partition);

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace streams::testing
