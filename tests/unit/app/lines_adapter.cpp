#include "unit/app/lines_adapter.hpp"

#include <condition_variable>
#include <utility>

namespace streams::runtime {
namespace {

class LineBatch final : public RecordBatch {
 public:
  explicit LineBatch(std::vector<std::string> lines) : lines_(std::move(lines)) {
    std::int64_t offset = 0;
    for (const std::string& line : lines_) {
      SourceRecord record;
      record.payload = Bytes::borrow(*this, line);
      record.envelope.origin = {"words", 0, offset++};
      records_.push_back(std::move(record));
    }
  }
  std::span<SourceRecord> records() noexcept override { return records_; }
  SourceRecord original(std::size_t index) override {
    const SourceRecord& record = records_[index];
    return {record.envelope.lend(), Bytes::borrow(*this, lines_[index]), record.partition};
  }
  std::size_t bytes() const noexcept override { return 1; }

 private:
  void release() noexcept override { delete this; }
  std::vector<std::string> lines_;
  std::vector<SourceRecord> records_;
};

class LineSource final : public Source {
 public:
  explicit LineSource(LinesWorld& world) : world_(world) {}
  absl::Status start(SourceEvents& events) override {
    events_ = &events;
    return absl::OkStatus();
  }
  void poll() override {
    if (!std::exchange(assigned_, true)) {
      const Assignment assignment{.id = 0, .topic = "words", .partition = 0, .position = 0};
      events_->assigned({&assignment, 1});
    }
    if (std::exchange(committing_, false)) events_->committed(absl::OkStatus());
  }
  BatchRef take(std::size_t) override {
    if (std::exchange(taken_, true) || world_.lines.empty()) return {};
    return BatchRef(*new LineBatch(world_.lines));
  }
  void commit(std::span<const PartitionOffset> offsets) override {
    committing_ = true;
    world_.committed(offsets.front().offset);
  }
  void release(std::span<const PartitionId>) override {}
  void rewind(PartitionId, std::int64_t) override {}
  bool finished() const override { return taken_; }
  void leave(bool) override { left_ = true; }
  bool left() const override { return left_; }

 private:
  LinesWorld& world_;
  SourceEvents* events_ = nullptr;
  bool assigned_ = false;
  bool taken_ = false;
  bool committing_ = false;
  bool left_ = false;
};

class LineSink final : public Sink {
 public:
  explicit LineSink(LinesWorld& world) : world_(world) {}
  absl::Status start(SinkEvents& events) override {
    events_ = &events;
    return absl::OkStatus();
  }
  bool send(const OutgoingRecord& record) override {
    world_.written(record.payload->str());
    acknowledged_.push_back(record.token);
    return true;
  }
  void poll() override {
    for (void* token : std::exchange(acknowledged_, {})) events_->delivered(token);
  }
  void flush() override {}

 private:
  LinesWorld& world_;
  SinkEvents* events_ = nullptr;
  std::vector<void*> acknowledged_;
};

class LineWaiter final : public Waiter {
 public:
  void wait(std::chrono::nanoseconds longest) override {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest, [this] { return woken_; });
    woken_ = false;
  }
  void wake() override {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

class LinesAdapter final : public Adapter {
 public:
  explicit LinesAdapter(LinesWorld& world) : world_(world) {}
  absl::Status prepare(const Plan&, const Segment& segment) override {
    if (segment.sources.front().topic == "words") return absl::OkStatus();
    return absl::NotFoundError("there is no topic " + segment.sources.front().topic);
  }
  absl::StatusOr<WorkerIo> open_worker(std::size_t) override {
    WorkerIo io;
    io.waiter = std::make_unique<LineWaiter>();
    io.sink = std::make_unique<LineSink>(world_);
    io.source = std::make_unique<LineSource>(world_);
    return io;
  }

 private:
  LinesWorld& world_;
};

}  // namespace

void LinesWorld::written(std::string line) {
  const std::lock_guard lock(mutex_);
  output_.push_back(std::move(line));
}

void LinesWorld::committed(std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  committed_ = offset;
}

std::vector<std::string> LinesWorld::output() const {
  const std::lock_guard lock(mutex_);
  return output_;
}

std::int64_t LinesWorld::committed_offset() const {
  const std::lock_guard lock(mutex_);
  return committed_;
}

AdapterFactory lines_adapter(LinesWorld& world) {
  AdapterFactory factory;
  factory.name = "lines";
  factory.about = "the lines of a test";
  factory.version = "7";
  factory.make = [&world](const AdapterContext&) { return std::make_unique<LinesAdapter>(world); };
  factory.needs.bootstrap_servers = false;
  return factory;
}

}  // namespace streams::runtime
