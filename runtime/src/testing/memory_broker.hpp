#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <streams/runtime/io.hpp>
#include <streams/runtime/plan.hpp>
#include <streams/testing/driver.hpp>

namespace streams::testing {

/// Topics in memory, and what goes wrong with them. Outlives the workers that use it.
class MemoryBroker {
 public:
  explicit MemoryBroker(std::int32_t partitions) : partitions_(partitions) {}

  struct Topic {
    std::string name;
    std::vector<std::vector<Record>> partitions;
    std::map<std::string, std::vector<std::int64_t>, std::less<>> committed;  // by group; -1: none
    std::vector<Record> arrivals;  // of all partitions
  };

  Topic& topic(std::string_view name);
  const Topic* find(std::string_view name) const;
  void append(std::string_view name, Record record);

  // Faults, as a test has set them.
  bool corked = false;
  std::size_t sink_room = 0;
  int failing_commits = 0;
  std::map<std::string, std::string, std::less<>> refuse_next;  // topic to text
  std::optional<absl::Status> source_failure;
  std::optional<absl::Status> sink_failure;

 private:
  std::int32_t partitions_;
  std::map<std::string, std::unique_ptr<Topic>, std::less<>> topics_;
};

/// Reads a worker's share of the partitions of its segment's topics: those whose number, divided by the workers,
/// leaves the worker's. Assignment changes are asked for by the test and served by the next `poll()`.
class MemorySource final : public runtime::Source {
 public:
  MemorySource(MemoryBroker& broker, const std::vector<runtime::PlannedSource>& sources, std::size_t worker,
               std::size_t workers);

  absl::Status start(runtime::SourceEvents& events) override;
  void poll() override;
  runtime::BatchRef take(std::size_t max_records) override;
  void commit(std::span<const runtime::PartitionOffset> offsets) override;
  void release(std::span<const runtime::PartitionId> partitions) override;
  void rewind(runtime::PartitionId partition, std::int64_t offset) override;
  void park(runtime::PartitionId partition, bool parked) override;
  bool finished() const override { return false; }
  void leave(bool give_up_partitions) override;
  bool left() const override { return leaving_ && current_.empty() && asked_.empty(); }
  std::int64_t end_of(runtime::PartitionId partition) const override;

  enum class Ask { assign, revoke, lose };
  void ask(Ask what, std::string_view topic, std::int32_t partition);
  /// The worker's share has this partition.
  bool serves(std::string_view topic, std::int32_t partition) const;
  /// The id of a partition that is held, also while it is being given up.
  std::optional<runtime::PartitionId> id_of(std::string_view topic, std::int32_t partition) const;

 private:
  struct Reading {
    MemoryBroker::Topic& topic;
    std::vector<std::int64_t>& committed;
  };
  struct Asked {
    Ask what;
    std::size_t source;
    std::int32_t partition;
  };
  struct Current {
    runtime::PartitionId id = 0;
    std::size_t source = 0;
    std::int32_t partition = 0;
    std::int64_t position = 0;
    bool readable = true;
    bool parked = false;
  };
  std::optional<std::size_t> source_of(std::string_view topic) const;
  void assign(std::size_t source, std::int32_t partition);
  Current* find(runtime::PartitionId id);
  const Current* find(runtime::PartitionId id) const;

  MemoryBroker& broker_;
  std::vector<Reading> readings_;  // by `Segment::sources`
  const std::size_t worker_;
  const std::size_t workers_;
  runtime::SourceEvents* events_ = nullptr;
  std::vector<Current> current_;
  std::vector<Asked> asked_;
  std::optional<std::vector<runtime::PartitionOffset>> committing_;
  runtime::PartitionId next_id_ = 0;
  bool leaving_ = false;
};

/// Acknowledges each record at the next `poll()`, in order, while the broker is not corked.
class MemorySink final : public runtime::Sink {
 public:
  MemorySink(MemoryBroker& broker, std::vector<std::string> topics)
      : broker_(broker), topics_(std::move(topics)) {}

  absl::Status start(runtime::SinkEvents& events) override;
  bool send(const runtime::OutgoingRecord& out) override;
  void poll() override;
  void flush() override {}

 private:
  struct Pending {
    void* token = nullptr;
    std::size_t sink = 0;
    Record record;
  };
  MemoryBroker& broker_;
  std::vector<std::string> topics_;
  runtime::SinkEvents* events_ = nullptr;
  std::deque<Pending> pending_;
};

}  // namespace streams::testing
