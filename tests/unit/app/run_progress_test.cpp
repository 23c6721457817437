#include "app/run_progress.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace streams::runtime {
namespace {

using namespace std::chrono_literals;

TEST(RunProgressTest, AddsUpThePartitionsOfATopicAndNeverGoesBack) {
  RunProgress progress;
  progress.committed("t", 0, 5);
  progress.committed("t", 1, 2);
  progress.committed("t", 0, 3);
  progress.committed("other", 0, 9);
  EXPECT_EQ(progress.committed_records("t"), 7);
}

TEST(RunProgressTest, AwaitEndsWhenTheConditionHolds) {
  RunProgress progress;
  std::thread worker([&] {
    progress.delivered("t");
    progress.delivered("t");
  });
  EXPECT_TRUE(progress.await([](const RunProgress& now) { return now.delivered_records("t") == 2; }, 1h));
  worker.join();
}

TEST(RunProgressTest, AwaitEndsWhenItIsGivenUp) {
  RunProgress progress;
  std::thread worker([&] { progress.give_up(); });
  EXPECT_FALSE(progress.await([](const RunProgress& now) { return now.printed_records("t") == 1; }, 1h));
  worker.join();
}

/// A sink that answers when it is told to.
class ScriptedSink final : public Sink {
 public:
  absl::Status start(SinkEvents& events) override {
    events_ = &events;
    return absl::OkStatus();
  }
  bool send(const OutgoingRecord& record) override {
    if (full) return false;
    tokens.push_back(record.token);
    return true;
  }
  void poll() override {
    events_->delivered(tokens.at(0));
    events_->refused(tokens.at(1), "too large");
  }
  void flush() override {}

  std::vector<void*> tokens;
  bool full = false;

 private:
  SinkEvents* events_ = nullptr;
};

/// A source that has one partition and says yes to every second commit.
class ScriptedSource final : public Source {
 public:
  absl::Status start(SourceEvents& events) override {
    events_ = &events;
    const Assignment assignment{.id = 4, .topic = "in", .partition = 1, .position = 10};
    events.assigned({&assignment, 1});
    return absl::OkStatus();
  }
  void poll() override {
    events_->committed(fails_ ? absl::UnavailableError("no coordinator") : absl::OkStatus());
    fails_ = !fails_;
  }
  BatchRef take(std::size_t) override { return {}; }
  void commit(std::span<const PartitionOffset>) override {}
  void release(std::span<const PartitionId>) override {}
  void rewind(PartitionId, std::int64_t) override {}
  bool finished() const override { return false; }
  void leave(bool) override {}
  bool left() const override { return true; }

 private:
  SourceEvents* events_ = nullptr;
  bool fails_ = true;
};

class ScriptedAdapter final : public Adapter {
 public:
  ScriptedAdapter(ScriptedSink*& sink) : sink_(sink) {}
  absl::Status prepare(const Plan&, const Segment&) override { return absl::OkStatus(); }
  absl::StatusOr<WorkerIo> open_worker(std::size_t) override {
    WorkerIo io;
    auto sink = std::make_unique<ScriptedSink>();
    sink_ = sink.get();
    io.sink = std::move(sink);
    io.source = std::make_unique<ScriptedSource>();
    return io;
  }

 private:
  ScriptedSink*& sink_;
};

class Engine final : public SinkEvents, public SourceEvents {
 public:
  void delivered(void* token) override { delivered_tokens.push_back(token); }
  void refused(void* token, std::string_view) override { refused_tokens.push_back(token); }
  void sink_failed(const absl::Status&) override {}
  void assigned(std::span<const Assignment> partitions) override { assignments += partitions.size(); }
  void revoked(std::span<const PartitionId>) override {}
  void lost(std::span<const PartitionId>) override {}
  void committed(const absl::Status& status) override { commits.push_back(status.ok()); }
  void source_failed(const absl::Status&) override {}

  std::vector<void*> delivered_tokens;
  std::vector<void*> refused_tokens;
  std::size_t assignments = 0;
  std::vector<bool> commits;
};

class ObserveTest : public ::testing::Test {
 protected:
  ObserveTest() {
    segment_.sinks.resize(1);
    segment_.sinks[0].topic = "out";
    EXPECT_TRUE(adapter_->prepare(plan_, segment_).ok());
    io_ = *adapter_->open_worker(0);
    EXPECT_TRUE(io_.sink->start(engine_).ok());
    EXPECT_TRUE(io_.source->start(engine_).ok());
  }

  Plan plan_;
  Segment segment_;
  RunProgress progress_;
  ScriptedSink* sink_ = nullptr;
  std::unique_ptr<Adapter> adapter_ = observe(std::make_unique<ScriptedAdapter>(sink_), progress_);
  Engine engine_;
  WorkerIo io_;
};

TEST_F(ObserveTest, CountsWhatIsDeliveredAndHandsTheTokensBack) {
  int first = 0;
  int second = 0;
  EXPECT_TRUE(io_.sink->send({.sink = 0, .envelope = nullptr, .payload = nullptr, .token = &first}));
  EXPECT_TRUE(io_.sink->send({.sink = 0, .envelope = nullptr, .payload = nullptr, .token = &second}));
  sink_->full = true;
  EXPECT_FALSE(io_.sink->send({.sink = 0, .envelope = nullptr, .payload = nullptr, .token = &second}));
  io_.sink->poll();
  EXPECT_EQ(engine_.delivered_tokens, std::vector<void*>{&first});
  EXPECT_EQ(engine_.refused_tokens, std::vector<void*>{&second});
  EXPECT_EQ(progress_.delivered_records("out"), 1u);
}

TEST_F(ObserveTest, CountsACommitOnceItHasSucceeded) {
  EXPECT_EQ(engine_.assignments, 1u);
  EXPECT_EQ(progress_.committed_records("in"), 10);
  const PartitionOffset next{.id = 4, .offset = 15};
  io_.source->commit({&next, 1});
  io_.source->poll();
  EXPECT_EQ(progress_.committed_records("in"), 10);
  io_.source->commit({&next, 1});
  io_.source->poll();
  EXPECT_EQ(progress_.committed_records("in"), 15);
  EXPECT_EQ(engine_.commits, (std::vector<bool>{false, true}));
}

}  // namespace
}  // namespace streams::runtime
