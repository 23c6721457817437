#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/runtime/engine.hpp>
#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/filter.hpp>
#include <streams/step/map.hpp>

#include "observe/tap.hpp"
#include "support/await.hpp"

// Workers on real threads, for the sanitizers: each reads numbers of its own and writes them into one list.

namespace streams::runtime {
namespace {

class NumberBatch final : public RecordBatch {
 public:
  NumberBatch(std::int64_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      texts_.push_back(std::to_string(first + static_cast<std::int64_t>(i)));
    for (std::size_t i = 0; i < count; ++i) {
      SourceRecord record;
      record.payload = Bytes::borrow(*this, texts_[i]);
      record.envelope.origin = {"numbers", 0, first + static_cast<std::int64_t>(i)};
      records_.push_back(std::move(record));
    }
  }
  std::span<SourceRecord> records() noexcept override { return records_; }
  SourceRecord original(std::size_t index) override {
    const SourceRecord& record = records_[index];
    return {record.envelope.lend(), Bytes::borrow(*this, texts_[index]), record.partition};
  }
  std::size_t bytes() const noexcept override { return texts_.size() * 16; }

 private:
  void release() noexcept override { delete this; }
  std::vector<std::string> texts_;
  std::vector<SourceRecord> records_;
};

class NumberSource final : public Source {
 public:
  NumberSource(std::int64_t count, bool endless) : count_(count), endless_(endless) {}
  absl::Status start(SourceEvents& events) override {
    events_ = &events;
    return absl::OkStatus();
  }
  void poll() override {
    if (!started_) {
      started_ = true;
      const Assignment assignment{.id = 0, .topic = "numbers", .partition = 0, .position = 0};
      events_->assigned({&assignment, 1});
    }
    if (committing_) {
      committing_ = false;
      events_->committed(absl::OkStatus());
    }
  }
  BatchRef take(std::size_t max) override {
    const auto count = std::min<std::int64_t>(static_cast<std::int64_t>(max), count_ - next_);
    if (count <= 0) return {};
    BatchRef batch(*new NumberBatch(next_, static_cast<std::size_t>(count)));
    next_ += count;
    return batch;
  }
  void commit(std::span<const PartitionOffset> offsets) override {
    committing_ = true;
    committed = offsets.front().offset;
  }
  void release(std::span<const PartitionId>) override {}
  void rewind(PartitionId, std::int64_t offset) override { next_ = offset; }
  bool finished() const override { return !endless_ && next_ >= count_; }
  void leave(bool) override { left_ = true; }
  bool left() const override { return left_; }

  std::int64_t committed = 0;

 private:
  std::int64_t count_;
  bool endless_;
  SourceEvents* events_ = nullptr;
  bool started_ = false;
  bool committing_ = false;
  bool left_ = false;
  std::int64_t next_ = 0;
};

struct Written {
  std::mutex mutex;
  std::condition_variable grew;
  std::vector<std::string> values;
};

class ListSink final : public Sink {
 public:
  explicit ListSink(Written& written) : written_(written) {}
  absl::Status start(SinkEvents& events) override {
    events_ = &events;
    return absl::OkStatus();
  }
  bool send(const OutgoingRecord& record) override {
    const std::lock_guard lock(written_.mutex);
    written_.values.push_back(record.payload->str());
    written_.grew.notify_all();
    pending_.push_back(record.token);
    return true;
  }
  void poll() override {
    for (void* token : std::exchange(pending_, {})) events_->delivered(token);
  }
  void flush() override {}

 private:
  Written& written_;
  SinkEvents* events_ = nullptr;
  std::vector<void*> pending_;
};

class SleepingWaiter final : public Waiter {
 public:
  void wait(std::chrono::nanoseconds longest) override {
    std::unique_lock lock(mutex_);
    condition_.wait_for(lock, longest, [this] { return woken_; });
    woken_ = false;
  }
  void wake() override {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    condition_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool woken_ = false;
};

class NumberAdapter final : public Adapter {
 public:
  NumberAdapter(std::int64_t count, bool endless) : count_(count), endless_(endless) {}
  absl::Status prepare(const Plan&, const Segment&) override { return absl::OkStatus(); }
  absl::StatusOr<WorkerIo> open_worker(std::size_t) override {
    return WorkerIo{.waiter = std::make_unique<SleepingWaiter>(),
                    .sink = std::make_unique<ListSink>(written),
                    .source = std::make_unique<NumberSource>(count_, endless_)};
  }
  Written written;

 private:
  std::int64_t count_;
  bool endless_;
};

class QuietLog final : public Log {
 public:
  void write(LogLevel, std::string_view) override {}
};

DeploymentConfig number_deployment(const std::vector<std::string>& sinks, std::uint32_t workers = 1) {
  DeploymentConfig config;
  config.pipeline.memory_budget = 64 << 20;
  config.pipeline.segments.emplace_back();
  StepConfig in;
  in.name = "in";
  in.bootstrap_servers = {"none"};
  in.threads = workers;
  in.starts_segment = true;
  config.pipeline.segments.front().steps = {in};
  for (const std::string& name : sinks) {
    StepConfig out;
    out.name = name;
    out.bootstrap_servers = {"none"};
    config.pipeline.segments.front().steps.push_back(out);
  }
  return config;
}

template <class F>
Plan number_plan(F function, std::uint32_t workers) {
  const Graph graph = streaming_source("in", "numbers")
                          .apply(Map("map", std::move(function)))
                          .sink(StreamSink("out", "output"))
                          .graph("numbers");
  return make_plan(graph, number_deployment({"out"}, workers));
}

TEST(RunSegmentTest, RunsAsManyWorkersAsThePlanSaysUntilTheirSourcesEnd) {
  const Plan plan = number_plan([](const Bytes& in) { return in; }, 3);
  NumberAdapter adapter(10000, false);
  SystemClock clock;
  QuietLog log;
  StopSignal stop;
  const RunResult result = run_segment(plan, plan.segments.front(), adapter, clock, log, stop);
  EXPECT_EQ(result.end, RunResult::End::finished);
  EXPECT_EQ(adapter.written.values.size(), 30000U);
  EXPECT_EQ(std::set<std::string>(adapter.written.values.begin(), adapter.written.values.end()).size(),
            10000U);
  EXPECT_EQ(result.counts[0].input, 30000U);
}

TEST(RunSegmentTest, AStopFromAnotherThreadEndsEveryWorker) {
  const Plan plan = number_plan([](const Bytes& in) { return in; }, 2);
  NumberAdapter adapter(1000, true);
  SystemClock clock;
  QuietLog log;
  StopSignal stop;
  std::thread stopper([&] {
    std::unique_lock lock(adapter.written.mutex);
    adapter.written.grew.wait(lock, [&] { return adapter.written.values.size() == 2000; });
    lock.unlock();
    stop.stop();
  });
  const RunResult result = run_segment(plan, plan.segments.front(), adapter, clock, log, stop);
  stopper.join();
  EXPECT_EQ(result.end, RunResult::End::stopped);
  EXPECT_TRUE(result.drained);
}

TEST(RunSegmentTest, AStopThatCameBeforeTheRunEndsItAtOnce) {
  const Plan plan = number_plan([](const Bytes& in) { return in; }, 1);
  NumberAdapter adapter(10, true);
  SystemClock clock;
  QuietLog log;
  StopSignal stop;
  stop.stop();
  EXPECT_EQ(run_segment(plan, plan.segments.front(), adapter, clock, log, stop).end, RunResult::End::stopped);
}

TEST(RunSegmentTest, OneWorkerThatRefusesARecordEndsAllOfThem) {
  auto first = std::make_shared<std::atomic<bool>>(true);
  const Plan plan = number_plan(
      [first](const Bytes& in) {
        if (in == "500" && first->exchange(false)) throw std::runtime_error("refused");
        return in;
      },
      2);
  NumberAdapter adapter(1000, true);
  SystemClock clock;
  QuietLog log;
  StopSignal stop;
  const RunResult result = run_segment(plan, plan.segments.front(), adapter, clock, log, stop);
  EXPECT_EQ(result.end, RunResult::End::record_failed);
  ASSERT_EQ(result.record_errors.size(), 1U);
  EXPECT_EQ(result.record_errors.front().offset, 500);
}

TEST(RunSegmentTest, ItsWindowShowsARecordThatAStepDoesNotGiveBack) {
  std::atomic<bool> let_go{false};
  const Plan plan = number_plan(
      [&](const Bytes& in) {
        if (in == "500") let_go.wait(false);
        return in;
      },
      1);
  NumberAdapter adapter(1000, false);
  SystemClock clock;
  QuietLog log;
  StopSignal stop;
  RunWindow window;
  EXPECT_FALSE(window.look().begun);
  std::thread run([&] { run_segment(plan, plan.segments.front(), adapter, clock, log, stop, &window); });
  Snapshot seen;
  do {
    seen = window.look();
  } while (!seen.begun || seen.workers.front().taken < 501);
  EXPECT_EQ(seen.workers.front().taken, 501U);
  EXPECT_EQ(seen.workers.front().passed, 500U);
  EXPECT_EQ(seen.steps.front().output, 501U);
  let_go = true;
  let_go.notify_all();
  run.join();
  const Snapshot last = window.look();
  EXPECT_EQ(last.workers.front().state, WorkerState::ended);
  EXPECT_EQ(last.steps.back().output, 1000U);
}

TEST(RunSegmentTest, AWorkerInsideAStepIsDrainingAsSoonAsItIsToStop) {
  std::atomic<bool> inside{false}, let_go{false};
  const Plan plan = number_plan(
      [&](const Bytes& in) {
        if (in == "500") {
          inside = true;
          inside.notify_all();
          let_go.wait(false);
        }
        return in;
      },
      1);
  NumberAdapter adapter(1000, false);
  SystemClock clock;
  QuietLog log;
  StopSignal stop;
  RunWindow window;
  std::thread run([&] { run_segment(plan, plan.segments.front(), adapter, clock, log, stop, &window); });
  inside.wait(false);
  EXPECT_NE(window.look().workers.front().state, WorkerState::draining);
  stop.stop();
  // The run may just be about to listen for the stop.
  EXPECT_TRUE(tests::await([&] { return window.look().workers.front().state == WorkerState::draining; },
                           std::chrono::seconds(20)));
  let_go = true;
  let_go.notify_all();
  run.join();
}

TEST(RunSegmentTest, ItsWindowSumsTheWorkersWhileTheyRun) {
  const Plan plan = number_plan([](const Bytes& in) { return in; }, 3);
  NumberAdapter adapter(100000, false);
  SystemClock clock;
  QuietLog log;
  StopSignal stop;
  RunWindow window;
  std::thread run([&] { run_segment(plan, plan.segments.front(), adapter, clock, log, stop, &window); });
  std::uint64_t before = 0;
  for (Snapshot seen; before < 300000; before = seen.steps.empty() ? 0 : seen.steps.back().output) {
    seen = window.look();
    if (seen.begun) {
      EXPECT_EQ(seen.workers.size(), 3U);
      EXPECT_GE(seen.steps.back().output, before);
    }
  }
  run.join();
}

std::size_t node_of(const Plan& plan, std::string_view step) {
  return *plan.graph.find(step);
}

/// The offsets in lines of taps, in their order.
std::vector<std::int64_t> offsets_in(const std::vector<std::string>& lines) {
  std::vector<std::int64_t> offsets;
  for (const std::string& line : lines)
    offsets.push_back(std::stoll(line.substr(line.find("\"offset\":") + 9)));
  return offsets;
}

class TappedRunTest : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(TappedRunTest, ShowsEveryRecordThatPassesWhileThereAreFewAndChangesNothing) {
  const auto in = streaming_source("in", "numbers");
  const Graph graph =
      pipeline(in.apply(Filter("even", [](const Bytes& n) { return (n.view().back() - '0') % 2 == 0; }))
                   .apply(Map("map", [](const Bytes& n) { return n; }))
                   .sink(StreamSink("out", "output")),
               in.sink(StreamSink("all", "everything")))
          .graph("numbers");
  const Plan plan = make_plan(graph, number_deployment({"out", "all"}));
  TapBoard board;
  std::vector<std::shared_ptr<Tap>> taps;
  for (const std::string& step : GetParam()) taps.push_back(board.open(node_of(plan, step)));
  NumberAdapter adapter(20, false);
  SystemClock clock;
  QuietLog log;
  StopSignal stop;
  RunWindow window;
  const RunResult result =
      run_segment(plan, plan.segments.front(), adapter, clock, log, stop, &window, &board);
  EXPECT_EQ(result.end, RunResult::End::finished);
  EXPECT_EQ(adapter.written.values.size(), 30U);
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const bool sees_all = GetParam()[i] == "in" || GetParam()[i] == "all";
    const std::vector<std::int64_t> offsets = offsets_in(taps[i]->take());
    ASSERT_EQ(offsets.size(), sees_all ? 20U : 10U) << GetParam()[i];
    EXPECT_TRUE(std::is_sorted(offsets.begin(), offsets.end()));
    EXPECT_EQ(taps[i]->counts().passed, offsets.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Steps, TappedRunTest,
                         ::testing::Values(std::vector<std::string>{"in"}, std::vector<std::string>{"even"},
                                           std::vector<std::string>{"map"}, std::vector<std::string>{"out"},
                                           std::vector<std::string>{"in", "even", "map", "out"},
                                           std::vector<std::string>{"out", "map", "all", "in"},
                                           std::vector<std::string>{"out", "out", "map", "map"},
                                           std::vector<std::string>{"in", "in", "all", "all"}));

TEST(RunSegmentTest, ATapThatIsClosedSeesNothingMoreAndTheRunGoesOn) {
  std::atomic<bool> at_500{false};
  std::atomic<bool> let_go{false};
  const Plan plan = number_plan(
      [&](const Bytes& in) {
        if (in == "500") {
          at_500 = true;
          at_500.notify_all();
          let_go.wait(false);
        }
        return in;
      },
      1);
  TapBoard board;
  const std::shared_ptr<Tap> tap = board.open(node_of(plan, "in"));
  NumberAdapter adapter(5000, false);
  SystemClock clock;
  QuietLog log;
  StopSignal stop;
  std::thread run(
      [&] { run_segment(plan, plan.segments.front(), adapter, clock, log, stop, nullptr, &board); });
  at_500.wait(false);
  board.close(*tap);
  let_go = true;
  let_go.notify_all();
  run.join();
  EXPECT_EQ(adapter.written.values.size(), 5000U);
  // The batch that was under way ended with the tap in place.
  EXPECT_GE(tap->counts().passed, 500U);
  EXPECT_LE(tap->counts().passed, 1024U);
}

}  // namespace
}  // namespace streams::runtime
