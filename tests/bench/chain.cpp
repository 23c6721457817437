// What the runtime itself costs for each record: five steps on a source and a sink in memory, run by the engine.
//
//   chain time [COUNT [RUNS]]    CPU nanoseconds per record of each of the three, the least of RUNS runs
//   chain loop COUNT             source and sink alone, in a plain loop
//   chain functions COUNT        the same loop, which calls the five functions itself
//   chain engine COUNT           the same source and sink under the engine, the functions as the steps of a pipeline
//
// What the engine takes beyond `functions` is the runtime: virtual calls, error borders, envelopes, holds, the outbox,
// epochs and commits. The single runs are for counting instructions.

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <streams/runtime/engine.hpp>
#include <streams/streams.hpp>

namespace {

using namespace streams;
using runtime::BatchRef;

struct Reading {
  std::int64_t sensor = 0;
  std::int64_t value = 0;
};

// The five functions: all records pass both filters, so that each of them is called for each record.
constexpr auto kRead = [](const Bytes& bytes) {
  Reading reading;
  std::memcpy(&reading, bytes.data(), sizeof reading);
  return reading;
};
constexpr auto kIsKnown = [](const Reading& reading) { return reading.sensor >= 0; };
constexpr auto kScale = [](Reading reading) {
  reading.value = reading.value * 9 / 5 + 32;
  return reading;
};
constexpr auto kIsPlausible = [](const Reading& reading) { return reading.value < 1'000'000; };
constexpr auto kJudge = [](const Reading& reading) {
  return Bytes::literal(reading.value > 100 ? "hot" : "cold");
};

constexpr std::size_t kBatchRecords = 1024;  // as many as the engine asks for

/// Readings that never change, and records which are views of them, made anew for each round.
class ReadingBatch final : public runtime::RecordBatch {
 public:
  explicit ReadingBatch(std::vector<ReadingBatch*>& home)
      : home_(home), readings_(kBatchRecords), records_(kBatchRecords) {
    for (std::size_t i = 0; i < kBatchRecords; ++i) {
      const auto number = static_cast<std::int64_t>(i);
      readings_[i] = {.sensor = number % 10, .value = number};
    }
  }

  void begin(std::int64_t offset, std::size_t count) {
    count_ = count;
    for (std::size_t i = 0; i < count; ++i) {
      runtime::SourceRecord& record = records_[i];
      record.payload = Bytes::borrow(*this, {reinterpret_cast<const char*>(&readings_[i]), sizeof(Reading)});
      record.envelope.origin = {"readings", 0, offset + static_cast<std::int64_t>(i)};
    }
  }
  std::span<runtime::SourceRecord> records() noexcept override { return {records_.data(), count_}; }
  runtime::SourceRecord original(std::size_t index) override {
    return {records_[index].envelope.lend(), records_[index].payload.lend(), records_[index].partition};
  }
  std::size_t bytes() const noexcept override { return readings_.size() * sizeof(Reading); }

 private:
  void release() noexcept override { home_.push_back(this); }

  std::vector<ReadingBatch*>& home_;
  std::vector<Reading> readings_;
  std::vector<runtime::SourceRecord> records_;
  std::size_t count_ = 0;
};

class ReadingSource final : public runtime::Source {
 public:
  explicit ReadingSource(std::int64_t count) : count_(count) { free_.reserve(1024); }

  absl::Status start(runtime::SourceEvents& events) override {
    events_ = &events;
    return absl::OkStatus();
  }
  void poll() override {
    if (!std::exchange(assigned_, true)) {
      const runtime::Assignment assignment{.id = 0, .topic = "readings", .partition = 0, .position = 0};
      events_->assigned({&assignment, 1});
    }
    if (std::exchange(committing_, false)) events_->committed(absl::OkStatus());
  }
  BatchRef take(std::size_t most) override {
    const auto count = static_cast<std::size_t>(
        std::min(count_ - next_, static_cast<std::int64_t>(std::min(most, kBatchRecords))));
    if (count == 0) return {};
    if (free_.empty()) {
      all_.push_back(std::make_unique<ReadingBatch>(free_));
      free_.push_back(all_.back().get());
    }
    ReadingBatch& batch = *free_.back();
    free_.pop_back();
    batch.begin(next_, count);
    next_ += static_cast<std::int64_t>(count);
    return BatchRef(batch);
  }
  void commit(std::span<const runtime::PartitionOffset>) override { committing_ = true; }
  void release(std::span<const runtime::PartitionId>) override {}
  void rewind(runtime::PartitionId, std::int64_t offset) override { next_ = offset; }
  bool finished() const override { return next_ == count_; }
  void leave(bool) override { left_ = true; }
  bool left() const override { return left_; }

 private:
  const std::int64_t count_;
  std::int64_t next_ = 0;
  runtime::SourceEvents* events_ = nullptr;
  bool assigned_ = false;
  bool committing_ = false;
  bool left_ = false;
  std::vector<ReadingBatch*> free_;
  std::vector<std::unique_ptr<ReadingBatch>> all_;
};

/// What the sinks have taken, so that no work can be left out.
struct Taken {
  std::int64_t records = 0;
  std::uint64_t bytes = 0;
};

class CountingSink final : public runtime::Sink {
 public:
  explicit CountingSink(Taken& taken) : taken_(taken) {}

  absl::Status start(runtime::SinkEvents& events) override {
    events_ = &events;
    return absl::OkStatus();
  }
  bool send(const runtime::OutgoingRecord& record) override {
    ++taken_.records;
    taken_.bytes += record.payload->size();
    tokens_.push_back(record.token);
    return true;
  }
  void poll() override {
    reporting_.swap(tokens_);
    for (void* token : reporting_) events_->delivered(token);
    reporting_.clear();
  }
  void flush() override {}

 private:
  Taken& taken_;
  runtime::SinkEvents* events_ = nullptr;
  std::vector<void*> tokens_;
  std::vector<void*> reporting_;
};

class NoReports final : public runtime::SinkEvents {
 public:
  void delivered(void*) override {}
  void refused(void*, std::string_view) override {}
  void sink_failed(const absl::Status&) override {}
};

class NoPause final : public runtime::Waiter {
 public:
  void wait(std::chrono::nanoseconds) override {}
  void wake() override {}
};

class NoLog final : public runtime::Log {
 public:
  void write(runtime::LogLevel, std::string_view) override {}
};

class MemoryAdapter final : public runtime::Adapter {
 public:
  MemoryAdapter(std::int64_t count, Taken& taken) : count_(count), taken_(taken) {}
  absl::Status prepare(const runtime::Plan&, const runtime::Segment&) override { return absl::OkStatus(); }
  absl::StatusOr<runtime::WorkerIo> open_worker(std::size_t) override {
    return runtime::WorkerIo{.waiter = std::make_unique<NoPause>(),
                             .sink = std::make_unique<CountingSink>(taken_),
                             .source = std::make_unique<ReadingSource>(count_)};
  }

 private:
  std::int64_t count_;
  Taken& taken_;
};

/// Source and sink without an engine; `work` makes what is sent of a payload, or nothing.
template <class Work>
Taken by_hand(std::int64_t count, Work work) {
  Taken taken;
  // Through their interfaces, as the engine has them.
  const std::unique_ptr<runtime::Source> source = std::make_unique<ReadingSource>(count);
  const std::unique_ptr<runtime::Sink> sink = std::make_unique<CountingSink>(taken);
  NoReports reports;
  if (!sink->start(reports).ok()) return taken;
  while (const BatchRef batch = source->take(kBatchRecords)) {
    for (runtime::SourceRecord& record : batch->records()) {
      const std::optional<Bytes> made = work(record.payload);
      if (made) sink->send({.sink = 0, .envelope = &record.envelope, .payload = &*made, .token = nullptr});
    }
    sink->poll();
  }
  return taken;
}

Taken loop(std::int64_t count) {
  return by_hand(count, [](Bytes& payload) { return std::optional<Bytes>(std::move(payload)); });
}

Taken functions(std::int64_t count) {
  return by_hand(count, [](const Bytes& payload) -> std::optional<Bytes> {
    const Reading read = kRead(payload);
    if (!kIsKnown(read)) return std::nullopt;
    const Reading scaled = kScale(read);
    if (!kIsPlausible(scaled)) return std::nullopt;
    return kJudge(scaled);
  });
}

Taken engine(std::int64_t count) {
  const Graph graph = streaming_source("in", "readings")
                          .apply(Map("read", kRead))
                          .apply(Filter("known", kIsKnown))
                          .apply(Map("scale", kScale))
                          .apply(Filter("plausible", kIsPlausible))
                          .apply(Map("judge", kJudge))
                          .sink(StreamSink("out", "verdicts"))
                          .graph("chain");
  runtime::DeploymentConfig config;
  config.pipeline.segments.emplace_back();
  runtime::StepConfig in;
  in.name = "in";
  config.pipeline.segments.front().steps = {std::move(in)};
  const runtime::Plan plan = make_plan(graph, config, {.bootstrap_servers = false});
  Taken taken;
  MemoryAdapter adapter(count, taken);
  runtime::SystemClock clock;
  NoLog log;
  runtime::StopSignal stop;
  const runtime::RunResult result = run_segment(plan, plan.segments.front(), adapter, clock, log, stop);
  if (result.end != runtime::RunResult::End::finished || !result.drained) taken.records = -1;
  return taken;
}

struct Way {
  const char* name;
  Taken (*run)(std::int64_t);
};
constexpr Way kWays[] = {{"loop", loop}, {"functions", functions}, {"engine", engine}};

double cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

/// Runs it, and ends the program if records are missing. Returns the CPU time for each record.
double run(const Way& way, std::int64_t count) {
  const double began = cpu_seconds();
  const Taken taken = way.run(count);
  const double used = cpu_seconds() - began;
  if (taken.records != count || taken.bytes == 0) {
    std::fprintf(stderr, "chain: %s wrote %lld of %lld records\n", way.name,
                 static_cast<long long>(taken.records), static_cast<long long>(count));
    std::exit(1);
  }
  return used / static_cast<double>(count) * 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  try {
    const auto number = [&](std::size_t place, std::int64_t otherwise) {
      return args.size() > place ? std::max(1LL, std::stoll(args[place])) : otherwise;
    };
    if (!args.empty() && args[0] == "time") {
      const std::int64_t count = number(1, 5'000'000);
      double least[std::size(kWays)];
      std::fill(std::begin(least), std::end(least), std::numeric_limits<double>::max());
      for (std::int64_t turn = number(2, 5); turn > 0; --turn) {
        for (std::size_t i = 0; i < std::size(kWays); ++i)
          least[i] = std::min(least[i], run(kWays[i], count));
      }
      for (std::size_t i = 0; i < std::size(kWays); ++i) std::printf("%s %.1f\n", kWays[i].name, least[i]);
      return 0;
    }
    for (const Way& way : kWays) {
      if (args.size() != 2 || args[0] != way.name) continue;
      run(way, number(1, 1));
      return 0;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chain: %s\n", error.what());
    return 1;
  }
  std::fprintf(stderr, "usage: chain time [COUNT [RUNS]] | chain loop|functions|engine COUNT\n");
  return 2;
}
