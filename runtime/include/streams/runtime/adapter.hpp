#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <streams/runtime/clock.hpp>
#include <streams/runtime/dead_letter_store.hpp>
#include <streams/runtime/io.hpp>
#include <streams/runtime/log.hpp>
#include <streams/runtime/plan.hpp>

namespace streams::runtime {

/// A backend that executes a segment: it checks the plan against what is outside and makes the ends of each
/// worker.
///
/// Lifecycle: made by its factory, `prepare` once, `open_worker` once for each worker, destroyed after them.
/// Threads: `prepare` and `open_worker` on one thread.
class Adapter {
 public:
  virtual ~Adapter() = default;

  /// Checks everything that can be known before the first record, all faults in one text: do the brokers
  /// answer, do the topics exist, are the properties valid. May block for up to 10 s. `plan` and `segment`
  /// outlive the adapter.
  virtual absl::Status prepare(const Plan& plan, const Segment& segment) = 0;

  virtual absl::StatusOr<WorkerIo> open_worker(std::size_t worker) = 0;
};

/// What an adapter may use of its process. All outlive it.
struct AdapterContext {
  const Clock* clock = nullptr;
  Log* log = nullptr;
};

/// A broker inside this process, for a first run: started before the adapter, its address put in the place of
/// every `bootstrap_servers`.
class EmbeddedBroker {
 public:
  virtual ~EmbeddedBroker() = default;
  virtual std::string bootstrap_servers() const = 0;
  virtual absl::Status create_topic(const std::string& topic, int partitions) = 0;
  /// Writes one record for each line: the line is the value. Blocks until all are acknowledged.
  virtual absl::Status produce_lines(const std::string& topic, const std::vector<std::string>& lines) = 0;
  /// Calls `record` with the value of each record of the topic, from its beginning, until `stop` says so or a
  /// record asks to end by returning false. Blocks.
  virtual absl::Status tail(const std::string& topic,
                            const std::function<bool(std::string_view value)>& record,
                            const std::function<bool()>& stop) = 0;
};

/// An adapter by name. A copyable value: a program lists those that it has.
struct AdapterFactory {
  std::string name;     ///< as in `--adapter NAME`
  std::string about;    ///< one line for `--help`
  std::string version;  ///< for `--version`
  std::function<std::unique_ptr<Adapter>(const AdapterContext&)> make;
  /// Empty when it has none.
  std::function<absl::StatusOr<std::unique_ptr<EmbeddedBroker>>(const AdapterContext&)> embedded_broker;
  /// For `make_plan`.
  PlanNeeds needs = {};
  /// The dead letter queue of a source, for the command `dlq`. Empty when it has none.
  std::function<absl::StatusOr<std::unique_ptr<DeadLetterStore>>(const DeadLetterContext&)> dead_letters = {};
};

}  // namespace streams::runtime
