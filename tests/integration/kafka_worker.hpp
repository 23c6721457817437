#pragma once

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <streams/kafka/kafka.hpp>

#include "support/kafka_broker.hpp"
#include "support/kafka_client.hpp"

namespace streams::tests {

using namespace std::chrono_literals;

/// Keeps what it is told.
class KeptLog final : public runtime::Log {
 public:
  void write(runtime::LogLevel /*level*/, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(text);
  }
  int count(std::string_view part) const {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(
        std::count_if(lines_.begin(), lines_.end(), [&](const auto& l) { return l.find(part) != l.npos; }));
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    std::string all;
    for (const auto& line : lines_) all += line + "\n";
    return all;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// A folder for the locks of one test.
class LockFolder {
 public:
  LockFolder() : path_(std::filesystem::temp_directory_path() / unique_name("streams-locks")) {}
  ~LockFolder() { std::filesystem::remove_all(path_); }
  LockFolder(const LockFolder&) = delete;
  LockFolder& operator=(const LockFolder&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

struct WorkerSetup {
  std::string bootstrap;
  std::string group;
  std::string source_topic;              ///< empty: no source
  std::vector<std::string> sink_topics;  ///< the steps are `mysink`, `mysink1`, ...
  std::string lock_dir;
  runtime::OffsetReset reset = runtime::OffsetReset::kEarliest;
  bool strict = false;
  runtime::Membership membership = runtime::Membership::kStatic;
  runtime::Params source_params{};
  runtime::Params sink_params{};
  std::chrono::milliseconds session_timeout = 10s;
  /// What the source reads, instead of `source_topic`; without brokers of its own it is on these. `fed_by` is the topic
  /// that feeds it.
  std::optional<runtime::InternalTopic> internal{};
  std::string fed_by{};
};

struct ReadRecord {
  runtime::PartitionId id = 0;
  KafkaRecord record{};
};

inline std::optional<std::string> text_of(const Bytes& bytes) {
  return bytes.is_null() ? std::nullopt : std::optional(bytes.str());
}

/// The ends of one worker of the adapter, driven by the test instead of the engine.
class KafkaWorker final : public runtime::SourceEvents, public runtime::SinkEvents {
 public:
  explicit KafkaWorker(const WorkerSetup& setup) {
    std::vector<Node> nodes;
    runtime::Segment segment;
    if (setup.internal) {
      runtime::PlannedSource feed;
      feed.node = nodes.size();
      feed.topic = setup.fed_by;
      feed.bootstrap_servers = {setup.bootstrap};
      nodes.push_back(node("feed", NodeRole::source));
      plan_.sources.push_back(std::move(feed));
      plan_.internal_topics.push_back(*setup.internal);
      auto& servers = plan_.internal_topics.back().bootstrap_servers;
      if (servers.empty()) servers = {setup.bootstrap};
      plan_.internal_topics.back().feeds = {0};
      runtime::PlannedSource source;
      source.node = nodes.size();
      source.internal = 0;
      source.topic = setup.internal->name;
      source.group = setup.group;
      source.bootstrap_servers = servers;
      source.auto_offset_reset = runtime::OffsetReset::kEarliest;
      segment.sources.push_back(std::move(source));
      nodes.push_back(node("mystep", NodeRole::source));
    }
    if (!setup.source_topic.empty()) {
      runtime::PlannedSource source;
      source.node = nodes.size();
      source.topic = setup.source_topic;
      source.group = setup.group;
      source.bootstrap_servers = {setup.bootstrap};
      source.auto_offset_reset = setup.reset;
      source.strict_offset_reset = setup.strict;
      source.override_params = setup.source_params;
      segment.sources.push_back(std::move(source));
      nodes.push_back(node("mysource", NodeRole::source));
    }
    for (std::size_t i = 0; i < setup.sink_topics.size(); ++i) {
      runtime::PlannedSink sink;
      sink.name = i == 0 ? "mysink" : "mysink" + std::to_string(i);
      sink.node = nodes.size();
      sink.topic = setup.sink_topics[i];
      sink.bootstrap_servers = {setup.bootstrap};
      sink.override_params = setup.sink_params;
      nodes.push_back(node(sink.name, NodeRole::sink));
      segment.sinks.push_back(std::move(sink));
    }
    plan_.pipeline = "test";
    plan_.graph = Graph("test", std::move(nodes));
    plan_.memory_budget = 64U << 20U;
    plan_.adapters.kafka.membership = setup.membership;
    plan_.adapters.kafka.session_timeout = setup.session_timeout;
    plan_.adapters.kafka.lock_dir = setup.lock_dir;
    plan_.segments.push_back(std::move(segment));
    has_source_ = !plan_.segments.front().sources.empty();
    adapter_ = kafka::adapter().make({&clock_, &log_});
  }

  ~KafkaWorker() { kill(); }

  absl::Status prepare() { return adapter_->prepare(plan_, plan_.segments.front()); }

  /// Throws where the worker cannot start.
  KafkaWorker& start() {
    if (auto status = prepare(); !status.ok()) throw std::runtime_error(std::string(status.message()));
    auto io = adapter_->open_worker(0);
    if (!io.ok()) throw std::runtime_error(std::string(io.status().message()));
    io_ = *std::move(io);
    if (auto status = io_.sink->start(*this); !status.ok())
      throw std::runtime_error(std::string(status.message()));
    if (has_source_)
      if (auto status = io_.source->start(*this); !status.ok())
        throw std::runtime_error(std::string(status.message()));
    return *this;
  }

  /// Gone without a word to the broker, as after SIGKILL; the locks go as well.
  void kill() {
    io_.source.reset();
    io_.sink.reset();
    io_.waiter.reset();
    adapter_.reset();
  }

  /// One round of a worker's loop.
  void turn() {
    if (has_source_) io_.source->poll();
    io_.sink->poll();
    if (auto_release && !revoked_ids.empty()) release();
    if (!has_source_ || held) return;
    for (;;) {
      const auto batch = io_.source->take(1024);
      if (!batch) return;
      for (auto& record : batch->records()) keep(record);
      for (int time = 0; time < forward_times; ++time)
        for (auto& record : batch->records()) send_and_wait(record);
    }
  }

  /// Goes on until `ready()`; false when that does not come in time.
  template <class Ready>
  bool until(Ready ready, std::chrono::milliseconds longest = 30s) {
    const auto end = std::chrono::steady_clock::now() + longest;
    for (;;) {
      turn();
      if (ready()) return true;
      if (std::chrono::steady_clock::now() > end) return false;
      io_.waiter->wait(100ms);
    }
  }
  bool until_records(std::size_t count, std::chrono::milliseconds longest = 30s) {
    return until([&] { return records.size() >= count; }, longest);
  }
  void go_on_for(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    until([&] { return std::chrono::steady_clock::now() >= end; }, time + 1s);
  }

  /// Commits behind all records kept, and waits for the end.
  absl::Status commit() {
    std::vector<runtime::PartitionOffset> offsets;
    for (const auto& assignment : assignments) {
      if (!holds(assignment.id)) continue;
      std::int64_t next = assignment.position;
      for (const auto& read : records)
        if (read.id == assignment.id) next = std::max(next, read.record.offset + 1);
      offsets.push_back({assignment.id, next});
    }
    return commit(offsets);
  }
  absl::Status commit(const std::vector<runtime::PartitionOffset>& offsets) {
    commit_result.reset();
    io_.source->commit(offsets);
    if (!until([&] { return commit_result.has_value(); }))
      return absl::DeadlineExceededError("no end of the commit");
    return *commit_result;
  }

  void release() {
    const auto ids = std::exchange(revoked_ids, {});
    for (const auto id : ids) std::erase(held_ids, id);
    io_.source->release(ids);
  }

  bool leave(bool give_up = true) {
    io_.source->leave(give_up);
    return until([&] { return io_.source->left(); });
  }

  /// False when there is no room.
  bool send(std::size_t sink, const Envelope& envelope, const Bytes& payload, void* token) {
    return io_.sink->send({sink, &envelope, &payload, token});
  }

  bool holds(runtime::PartitionId id) const {
    return std::find(held_ids.begin(), held_ids.end(), id) != held_ids.end();
  }
  std::vector<std::int32_t> held_partitions() const {
    std::vector<std::int32_t> numbers;
    for (const auto& assignment : assignments)
      if (holds(assignment.id)) numbers.push_back(assignment.partition);
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }
  runtime::Source& source() { return *io_.source; }
  runtime::Sink& sink() { return *io_.sink; }
  runtime::Waiter& waiter() { return *io_.waiter; }
  const KeptLog& log() const { return log_; }

  // What was told.
  std::vector<ReadRecord> records;
  std::vector<runtime::Assignment> assignments;
  std::vector<runtime::PartitionId> held_ids;
  std::vector<runtime::PartitionId> revoked_ids;
  std::vector<runtime::PartitionId> all_revoked;
  std::vector<runtime::PartitionId> lost_ids;
  std::optional<absl::Status> commit_result;
  std::optional<absl::Status> failure;
  std::vector<void*> delivered_tokens;
  std::vector<std::pair<void*, std::string>> refused_tokens;

  bool auto_release = true;
  bool held = false;      ///< takes nothing
  int forward_times = 0;  ///< writes each record to the first sink, so often

 private:
  static Node node(std::string name, NodeRole role) {
    Node made;
    made.name = std::move(name);
    made.role = role;
    made.kind = role == NodeRole::source ? "streaming_source" : "StreamSink";
    return made;
  }

  void keep(runtime::SourceRecord& record) {
    ReadRecord read{record.partition, {}};
    read.record.key = text_of(record.envelope.key);
    read.record.value = text_of(record.payload);
    // Looking into a copy leaves the record's own headers unread.
    const Headers headers = record.envelope.headers;
    for (const auto& header : headers) read.record.headers.emplace_back(header.name, text_of(header.value));
    read.record.timestamp_ms = record.envelope.timestamp.time_since_epoch().count();
    read.record.partition = record.envelope.origin.partition;
    read.record.offset = record.envelope.origin.offset;
    records.push_back(std::move(read));
  }

  void send_and_wait(runtime::SourceRecord& record) {
    const std::size_t wanted = delivered_tokens.size() + 1;
    while (!send(0, record.envelope, record.payload, &record)) io_.sink->poll();
    while (delivered_tokens.size() < wanted && !failure) {
      io_.sink->poll();
      io_.waiter->wait(20ms);
    }
  }

  void assigned(std::span<const runtime::Assignment> partitions) override {
    assignments.insert(assignments.end(), partitions.begin(), partitions.end());
    for (const auto& partition : partitions) held_ids.push_back(partition.id);
  }
  void revoked(std::span<const runtime::PartitionId> partitions) override {
    revoked_ids.insert(revoked_ids.end(), partitions.begin(), partitions.end());
    all_revoked.insert(all_revoked.end(), partitions.begin(), partitions.end());
  }
  void lost(std::span<const runtime::PartitionId> partitions) override {
    lost_ids.insert(lost_ids.end(), partitions.begin(), partitions.end());
    for (const auto id : partitions) {
      std::erase(held_ids, id);
      std::erase(revoked_ids, id);
    }
  }
  void committed(const absl::Status& status) override { commit_result = status; }
  void source_failed(const absl::Status& status) override { failure = status; }
  void delivered(void* token) override { delivered_tokens.push_back(token); }
  void refused(void* token, std::string_view text) override { refused_tokens.emplace_back(token, text); }
  void sink_failed(const absl::Status& status) override { failure = status; }

  runtime::SystemClock clock_;
  KeptLog log_;
  runtime::Plan plan_;
  bool has_source_ = false;
  std::unique_ptr<runtime::Adapter> adapter_;
  runtime::WorkerIo io_;
};

}  // namespace streams::tests
