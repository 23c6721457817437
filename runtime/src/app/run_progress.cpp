#include "app/run_progress.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace streams::runtime {
namespace {

class ObservedSource final : public Source, private SourceEvents {
 public:
  ObservedSource(std::unique_ptr<Source> source, RunProgress& progress)
      : source_(std::move(source)), progress_(progress) {}

  absl::Status start(SourceEvents& events) override {
    events_ = &events;
    return source_->start(*this);
  }
  void poll() override { source_->poll(); }
  BatchRef take(std::size_t max_records) override { return source_->take(max_records); }
  void commit(std::span<const PartitionOffset> offsets) override {
    committing_.assign(offsets.begin(), offsets.end());
    source_->commit(offsets);
  }
  void release(std::span<const PartitionId> partitions) override { source_->release(partitions); }
  void rewind(PartitionId partition, std::int64_t offset) override { source_->rewind(partition, offset); }
  void park(PartitionId partition, bool parked) override { source_->park(partition, parked); }
  bool finished() const override { return source_->finished(); }
  void leave(bool give_up_partitions) override { source_->leave(give_up_partitions); }
  bool left() const override { return source_->left(); }
  std::int64_t end_of(PartitionId partition) const override { return source_->end_of(partition); }
  Connection connection() const override { return source_->connection(); }

 private:
  void assigned(std::span<const Assignment> partitions) override {
    for (const Assignment& partition : partitions) {
      partitions_[partition.id] = {std::string(partition.topic), partition.partition};
      progress_.committed(partition.topic, partition.partition, partition.position);
    }
    events_->assigned(partitions);
  }
  void revoked(std::span<const PartitionId> partitions) override { events_->revoked(partitions); }
  void lost(std::span<const PartitionId> partitions) override { events_->lost(partitions); }
  void committed(const absl::Status& status) override {
    if (status.ok()) {
      for (const PartitionOffset& next : committing_) {
        const auto& [topic, partition] = partitions_[next.id];
        progress_.committed(topic, partition, next.offset);
      }
    }
    events_->committed(status);
  }
  void source_failed(const absl::Status& status) override { events_->source_failed(status); }

  std::unique_ptr<Source> source_;
  RunProgress& progress_;
  SourceEvents* events_ = nullptr;
  std::vector<PartitionOffset> committing_;
  std::unordered_map<PartitionId, std::pair<std::string, std::int32_t>> partitions_;
};

class ObservedSink final : public Sink, private SinkEvents {
 public:
  ObservedSink(std::unique_ptr<Sink> sink, const Segment& segment, RunProgress& progress)
      : segment_(segment), progress_(progress), sink_(std::move(sink)) {}

  absl::Status start(SinkEvents& events) override {
    events_ = &events;
    return sink_->start(*this);
  }
  bool send(const OutgoingRecord& record) override {
    auto sent = std::make_unique<Sent>(Sent{record.token, record.sink});
    OutgoingRecord watched = record;
    watched.token = sent.get();
    // It may be reported before `send` returns.
    under_way_.emplace(watched.token, std::move(sent));
    if (sink_->send(watched)) return true;
    under_way_.erase(watched.token);
    return false;
  }
  void poll() override { sink_->poll(); }
  void flush() override { sink_->flush(); }
  Connection connection() const override { return sink_->connection(); }

 private:
  struct Sent {
    void* token;
    std::size_t sink;
  };

  Sent take(void* token) {
    const auto found = under_way_.find(token);
    const Sent sent = *found->second;
    under_way_.erase(found);
    return sent;
  }
  void delivered(void* token) override {
    const Sent sent = take(token);
    progress_.delivered(segment_.sinks[sent.sink].topic);
    events_->delivered(sent.token);
  }
  void refused(void* token, std::string_view text) override { events_->refused(take(token).token, text); }
  void sink_failed(const absl::Status& status) override { events_->sink_failed(status); }

  const Segment& segment_;
  RunProgress& progress_;
  SinkEvents* events_ = nullptr;
  std::unordered_map<void*, std::unique_ptr<Sent>> under_way_;
  std::unique_ptr<Sink> sink_;
};

class ObservedAdapter final : public Adapter {
 public:
  ObservedAdapter(std::unique_ptr<Adapter> adapter, RunProgress& progress)
      : adapter_(std::move(adapter)), progress_(progress) {}

  absl::Status prepare(const Plan& plan, const Segment& segment) override {
    segment_ = &segment;
    return adapter_->prepare(plan, segment);
  }
  absl::StatusOr<WorkerIo> open_worker(std::size_t worker) override {
    absl::StatusOr<WorkerIo> io = adapter_->open_worker(worker);
    if (!io.ok()) return io;
    io->source = std::make_unique<ObservedSource>(std::move(io->source), progress_);
    if (io->sink) io->sink = std::make_unique<ObservedSink>(std::move(io->sink), *segment_, progress_);
    return io;
  }

 private:
  std::unique_ptr<Adapter> adapter_;
  RunProgress& progress_;
  const Segment* segment_ = nullptr;
};

}  // namespace

void RunProgress::committed(std::string_view topic, std::int32_t partition, std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  std::int64_t& next = committed_[{std::string(topic), partition}];
  next = std::max(next, offset);
  changed_.notify_all();
}

void RunProgress::add(Counts& counts, std::string_view topic) {
  const std::lock_guard lock(mutex_);
  const auto found = counts.find(topic);
  if (found == counts.end()) {
    counts.emplace(topic, 1);
  } else {
    ++found->second;
  }
  changed_.notify_all();
}

void RunProgress::delivered(std::string_view topic) {
  add(delivered_, topic);
}
void RunProgress::printed(std::string_view topic) {
  add(printed_, topic);
}

std::int64_t RunProgress::committed_records(const std::string& topic) const {
  std::int64_t records = 0;
  for (const auto& [partition, next] : committed_) {
    if (partition.first == topic) records += next;
  }
  return records;
}

std::uint64_t RunProgress::count(const Counts& counts, const std::string& topic) {
  const auto found = counts.find(topic);
  return found == counts.end() ? 0 : found->second;
}

bool RunProgress::await(const std::function<bool(const RunProgress&)>& condition,
                        std::chrono::nanoseconds longest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest, [&] { return given_up_ || condition(*this); });
  return condition(*this);
}

void RunProgress::give_up() {
  const std::lock_guard lock(mutex_);
  given_up_ = true;
  changed_.notify_all();
}

std::unique_ptr<Adapter> observe(std::unique_ptr<Adapter> adapter, RunProgress& progress) {
  return std::make_unique<ObservedAdapter>(std::move(adapter), progress);
}

}  // namespace streams::runtime
