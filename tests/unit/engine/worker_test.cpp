#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/sink/dev_null_sink.hpp>
#include <streams/sink/object_sink.hpp>
#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/filter.hpp>
#include <streams/step/flat_map.hpp>
#include <streams/step/map.hpp>
#include <streams/testing/driver.hpp>

// A whole worker with its steps, on the in-memory broker and a clock that stands still.

namespace streams::runtime {
namespace {

using namespace std::chrono_literals;
using streams::testing::Driver;
using streams::testing::Record;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Bytes upper(const Bytes& in) {
  if (in == "bad") throw std::runtime_error("bad record");
  std::string text = in.str();
  for (char& c : text) c = static_cast<char>(std::toupper(c));
  return Bytes::copy_of(text);
}

Pipeline upper_case() {
  return streaming_source("in", "input").apply(Map("upper", upper)).sink(StreamSink("out", "output"));
}

std::string with(const std::string& keys, const std::string& step = "") {
  return "pipeline:\n  " + keys +
         "\n  segments:\n    - steps_config:\n        in: {bootstrap_servers: [memory]}\n" +
         (step.empty() ? "" : "        " + step + "\n");
}

TEST(WorkerTest, WritesWhatTheStepsMakeWithKeyHeadersAndTimestamp) {
  Driver driver(upper_case());
  driver.feed("input", {{"a", "key", {{"h", "1"}, {"h", "2"}}, 1234}, {"b", std::nullopt}});
  driver.run();
  EXPECT_THAT(driver.output("output"),
              ElementsAre(Record("A", "key", {{"h", "1"}, {"h", "2"}}, 1234), Record("B", std::nullopt)));
}

TEST(WorkerTest, KeepsATombstoneATombstone) {
  Driver driver(streaming_source("in", "input").sink(StreamSink("out", "output")));
  driver.feed("input", {Record(std::nullopt, "gone"), Record("", "empty")});
  driver.run();
  EXPECT_EQ(driver.output("output")[0].value, std::nullopt);
  EXPECT_EQ(driver.output("output")[1].value, "");
}

TEST(WorkerTest, CommitsAfterTheCommitInterval) {
  Driver driver(upper_case());
  driver.feed("input", {"a", "b"});
  driver.run();
  driver.advance(400ms);
  EXPECT_EQ(driver.committed("input"), 0);
  driver.advance(200ms);
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(WorkerTest, DoesNotCommitBeforeTheSinkHasAcknowledged) {
  Driver driver(upper_case());
  driver.cork_sink();
  driver.feed("input", {"a"});
  driver.advance(10s);
  EXPECT_EQ(driver.committed("input"), 0);
  driver.uncork_sink();
  EXPECT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 1);
}

TEST(WorkerTest, CommitsRecordsThatAFilterDropped) {
  Driver driver(streaming_source("in", "input")
                    .apply(Filter("none", [](const Bytes&) { return false; }))
                    .sink(StreamSink("out", "output")));
  driver.feed("input", {"a", "b", "c"});
  EXPECT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 3);
  EXPECT_THAT(driver.output("output"), IsEmpty());
}

TEST(WorkerTest, ReadsAgainOnlyWhatWasNotCommittedAfterACrash) {
  Driver driver(upper_case());
  driver.feed("input", {"a", "b"});
  EXPECT_TRUE(driver.settle());
  driver.feed("input", {"c"});
  driver.run();
  driver.crash();
  driver.start();
  EXPECT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("A", "B", "C", "C"));
  EXPECT_EQ(driver.committed("input"), 3);
}

TEST(WorkerTest, LosesNothingThatWasNotAcknowledgedWhenItCrashes) {
  Driver driver(upper_case());
  driver.cork_sink();
  driver.feed("input", {"a", "b"});
  driver.advance(5s);
  driver.crash();
  driver.uncork_sink();
  driver.start();
  EXPECT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("A", "B"));
}

TEST(WorkerTest, AGracefulStopCommitsEverythingAndRepeatsNothing) {
  Driver driver(upper_case());
  driver.feed("input", {"a", "b"});
  driver.run();
  const RunResult result = driver.stop();
  EXPECT_EQ(result.end, RunResult::End::stopped);
  EXPECT_TRUE(result.drained);
  EXPECT_EQ(driver.committed("input"), 2);
  driver.crash();
  driver.start();
  EXPECT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("A", "B"));
}

TEST(WorkerTest, AStopWaitsForAcknowledgementsUntilTheDrainTimeout) {
  Driver driver(upper_case(), {.config = with("shutdown: {drain_timeout: 3s}")});
  driver.cork_sink();
  driver.feed("input", {"a"});
  driver.run();
  const RunResult result = driver.stop();
  EXPECT_EQ(result.end, RunResult::End::stopped);
  EXPECT_FALSE(result.drained);
  EXPECT_EQ(driver.committed("input"), 0);
  EXPECT_THAT(driver.log(), Contains(HasSubstr("1 records were not acknowledged within the drain timeout")));
}

/// Keeps each message until it is let go, as a step does that waits for something outside.
class Keeper final : public Operator {
 public:
  struct Wish {
    bool block = false;      // from the first message to the last
    std::int64_t bytes = 0;  // counted for each
    bool let_go = false;
    int seen = 0;
  };
  explicit Keeper(std::shared_ptr<Wish> wish) : wish_(std::move(wish)) {}
  ~Keeper() override { let_all_go(); }

  void process(Envelope& envelope, void*) override {
    ++wish_->seen;
    kept_.push_back(context().keep(envelope));
    context().count_kept_bytes(wish_->bytes);
    if (wish_->block) context().set_blocked(true);
  }
  std::chrono::nanoseconds poll(std::chrono::nanoseconds) override {
    if (std::exchange(wish_->let_go, false)) let_all_go();
    return kNever;
  }

 private:
  void let_all_go() {
    if (kept_.empty()) return;
    context().count_kept_bytes(-wish_->bytes * static_cast<std::int64_t>(kept_.size()));
    kept_.clear();
    context().set_blocked(false);
  }

  const std::shared_ptr<Wish> wish_;
  std::vector<Kept> kept_;
};

Pipeline keeping() {
  return streaming_source("in", "input").sink(ObjectSink("keep", {.location = "file:///nowhere"}));
}

std::vector<Connector> keeper(const std::shared_ptr<Keeper::Wish>& wish) {
  return {{.kind = "ObjectSink", .make = [wish](const Node&, const Options&, const ConnectorContext&) {
             return std::make_unique<Keeper>(wish);
           }}};
}

TEST(WorkerTest, AStopSaysHowManyRecordsAStepStillKeeps) {
  const auto wish = std::make_shared<Keeper::Wish>();
  Driver driver(keeping(), {.config = with("shutdown: {drain_timeout: 3s}"), .connectors = keeper(wish)});
  driver.feed("input", {"a", "b", "c"});
  driver.run();
  const RunResult result = driver.stop();
  EXPECT_EQ(result.end, RunResult::End::stopped);
  EXPECT_FALSE(result.drained);
  EXPECT_THAT(driver.log(), Contains(HasSubstr("3 records were not acknowledged within the drain timeout")));
}

TEST(WorkerTest, AStopSaysWhenOnlyACommitIsMissing) {
  Driver driver(upper_case(), {.config = with("shutdown: {drain_timeout: 3s}")});
  driver.feed("input", {"a"});
  driver.run();
  driver.fail_commits(1000);
  const RunResult result = driver.stop();
  EXPECT_FALSE(result.drained);
  EXPECT_THAT(driver.log(),
              Contains(HasSubstr("the last commit was not confirmed within the drain timeout")));
}

TEST(WorkerTest, ABlockedStepGetsNothingMoreOfTheBatchThatWasTaken) {
  const auto wish = std::make_shared<Keeper::Wish>();
  wish->block = true;
  Driver driver(keeping(), {.connectors = keeper(wish)});
  driver.feed("input", {"a", "b", "c"});
  driver.run();
  EXPECT_EQ(wish->seen, 1);
  for (int seen = 1; seen <= 3; ++seen) {
    EXPECT_EQ(wish->seen, seen);
    wish->let_go = true;
    driver.run();
  }
  EXPECT_EQ(wish->seen, 3);
  EXPECT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 3);
}

TEST(WorkerTest, BytesThatAStepKeepsUseUpTheMemoryBudget) {
  const auto wish = std::make_shared<Keeper::Wish>();
  wish->bytes = 4 << 20;
  Driver driver(keeping(), {.config = with("memory: {budget: 1MiB}"), .connectors = keeper(wish)});
  driver.feed("input", {"a"});
  driver.run();
  driver.feed("input", {"b"});
  driver.run();
  EXPECT_EQ(wish->seen, 1);
  EXPECT_GE(driver.look().memory_used, 4U << 20);
  wish->let_go = true;
  driver.run();
  EXPECT_EQ(wish->seen, 2);
  wish->let_go = true;
  EXPECT_TRUE(driver.settle());
  EXPECT_EQ(driver.look().memory_used, 0U);
}

TEST(WorkerTest, ARefusedRecordEndsTheRunWithItsCoordinatesAndIsNotCommitted) {
  Driver driver(upper_case());
  driver.feed("input", {"a", "bad", "c"});
  driver.settle();
  ASSERT_TRUE(driver.ended());
  const RunResult result = driver.result();
  EXPECT_EQ(result.end, RunResult::End::record_failed);
  ASSERT_EQ(result.record_errors.size(), 1U);
  EXPECT_EQ(to_text(result.record_errors.front()),
            "step 'upper' (function): bad record [topic input, partition 0, offset 1]");
  EXPECT_THAT(driver.values("output"), ElementsAre("A"));
  EXPECT_EQ(driver.committed("input"), 1);
}

TEST(WorkerTest, DropsARefusedRecordWhereThePolicySaysSo) {
  Driver driver(upper_case(), {.config = with("on_error: drop")});
  driver.feed("input", {"a", "bad", "bad", "c"});
  EXPECT_TRUE(driver.settle());
  EXPECT_FALSE(driver.ended());
  EXPECT_THAT(driver.values("output"), ElementsAre("A", "C"));
  EXPECT_EQ(driver.committed("input"), 4);
  EXPECT_EQ(driver.result().counts[1].errors, 2U);
  EXPECT_THAT(
      driver.log(),
      Contains(HasSubstr("step 'upper' (function): bad record [topic input, partition 0, offset 1]")));
}

TEST(WorkerTest, AStepsOwnPolicyWinsOverThePipelines) {
  Driver driver(upper_case(), {.config = with("on_error: fail", "upper: {on_error: drop}")});
  driver.feed("input", {"bad", "c"});
  EXPECT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("C"));
}

TEST(WorkerTest, ARecordThatTheBrokerRefusesEndsTheRunUncommitted) {
  Driver driver(upper_case());
  driver.feed("input", {"a"});
  EXPECT_TRUE(driver.settle());
  driver.refuse_next("output", "larger than max.message.bytes");
  driver.feed("input", {"b", "c"});
  driver.settle();
  ASSERT_TRUE(driver.ended());
  EXPECT_EQ(driver.result().end, RunResult::End::record_failed);
  EXPECT_THAT(
      to_text(driver.result().record_errors.at(0)),
      HasSubstr("step 'out' (produce): larger than max.message.bytes [topic input, partition 0, offset 1]"));
  EXPECT_EQ(driver.committed("input"), 1);
}

TEST(WorkerTest, ARefusedProduceIsDroppedWhereThePolicySaysSo) {
  Driver driver(upper_case(), {.config = with("on_error: drop")});
  driver.refuse_next("output", "too large");
  driver.feed("input", {"a", "b"});
  EXPECT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("B"));
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(WorkerTest, TriesAFailedCommitAgain) {
  Driver driver(upper_case());
  driver.fail_commits(3);
  driver.feed("input", {"a"});
  EXPECT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 1);
  EXPECT_THAT(driver.log(), Contains(HasSubstr("commits succeed again")));
}

TEST(WorkerTest, CommitsARevokedPartitionBeforeItGivesItBack) {
  Driver driver(upper_case(), {.partitions = 2});
  driver.feed("input", {"a", Record("b", std::nullopt, {}, -1, 1)});
  driver.run();
  driver.revoke("input", 0);
  driver.run();
  EXPECT_FALSE(driver.holds("input", 0));
  EXPECT_EQ(driver.committed("input", 0), 1);
}

TEST(WorkerTest, KeptPartitionsFlowWhileARevokedOneDrains) {
  Driver driver(upper_case(), {.partitions = 2});
  driver.cork_sink();
  driver.feed("input", {"a"});
  driver.run();
  driver.revoke("input", 0);
  driver.run();
  EXPECT_TRUE(driver.holds("input", 0)) << "its record is not acknowledged yet";
  driver.feed("input", {"never", Record("b", std::nullopt, {}, -1, 1)});
  driver.run();
  driver.uncork_sink();
  EXPECT_TRUE(driver.settle());
  EXPECT_FALSE(driver.holds("input", 0));
  EXPECT_THAT(driver.values("output"), ElementsAre("A", "B"));
  EXPECT_EQ(driver.committed("input", 0), 1);
  EXPECT_EQ(driver.committed("input", 1), 1);
}

TEST(WorkerTest, GivesARevokedPartitionBackUncommittedWhenTheDrainTakesTooLong) {
  Driver driver(upper_case());
  driver.cork_sink();
  driver.feed("input", {"a"});
  driver.run();
  driver.revoke("input", 0);
  driver.advance(4900ms);
  EXPECT_TRUE(driver.holds("input", 0));
  driver.advance(200ms);
  EXPECT_FALSE(driver.holds("input", 0));
  driver.uncork_sink();
  driver.advance(2s);
  EXPECT_EQ(driver.committed("input", 0), 0) << "somebody else may have gone on from there";
}

TEST(WorkerTest, CommitsNothingOfALostPartition) {
  Driver driver(upper_case());
  driver.feed("input", {"a"});
  driver.run();
  driver.lose("input", 0);
  driver.advance(2s);
  EXPECT_EQ(driver.committed("input", 0), 0);
}

TEST(WorkerTest, ReadsAPartitionThatComesBackFromItsCommittedOffset) {
  Driver driver(upper_case());
  driver.feed("input", {"a"});
  driver.run();
  driver.lose("input", 0);
  driver.run();
  driver.assign("input", 0);
  driver.feed("input", {"b"});
  EXPECT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("A", "A", "B"));
  EXPECT_EQ(driver.committed("input", 0), 2);
}

TEST(WorkerTest, ARewoundPartitionIsReadAgainFromItsCommittedOffset) {
  Driver driver(upper_case());
  driver.feed("input", {"a"});
  EXPECT_TRUE(driver.settle());
  driver.feed("input", {"b", "c"});
  driver.run();
  driver.rewind("input", 0);
  EXPECT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("A", "B", "C", "B", "C"));
  EXPECT_EQ(driver.committed("input", 0), 3);
}

TEST(WorkerTest, TakesNothingNewWhileTheSinkHasNoRoom) {
  Driver driver(upper_case(), {.sink_room = 10});
  driver.cork_sink();
  driver.feed("input", std::vector<Record>(2000, Record("a")));
  driver.advance(5s);
  const auto taken = driver.result().counts[0].input;
  EXPECT_LE(taken, 1024U) << "one batch at most";
  driver.uncork_sink();
  EXPECT_TRUE(driver.settle());
  EXPECT_EQ(driver.output("output").size(), 2000U);
}

TEST(WorkerTest, StaysWithinTheMemoryBudgetWhileNothingIsAcknowledged) {
  Driver driver(upper_case(), {.config = with("memory: {budget: 1MiB}")});
  driver.cork_sink();
  driver.feed("input", std::vector<Record>(20000, Record(std::string(1000, 'x'))));
  driver.advance(5s);
  EXPECT_LE(driver.result().counts[0].input, 3 * 1024U);
  driver.uncork_sink();
  EXPECT_TRUE(driver.settle());
  EXPECT_EQ(driver.output("output").size(), 20000U);
}

TEST(WorkerTest, ASourceThatFailsForGoodEndsTheRun) {
  Driver driver(upper_case());
  driver.fail_source(absl::PermissionDeniedError("not for you"));
  driver.run();
  ASSERT_TRUE(driver.ended());
  EXPECT_EQ(driver.result().end, RunResult::End::failed);
  EXPECT_EQ(driver.result().status.message(), "not for you");
}

TEST(WorkerTest, ASinkThatFailsForGoodEndsTheRunWithoutACommitOfWhatItOwes) {
  Driver driver(upper_case());
  driver.cork_sink();
  driver.feed("input", {"a"});
  driver.run();
  driver.fail_sink(absl::NotFoundError("topic 'output' was deleted"));
  driver.advance(10s);
  ASSERT_TRUE(driver.ended());
  EXPECT_EQ(driver.result().status.message(), "topic 'output' was deleted");
  EXPECT_EQ(driver.committed("input"), 0);
}

TEST(WorkerTest, FanOutCommitsOnlyWhenEveryBranchIsDone) {
  const auto source = streaming_source("in", "input");
  Driver driver(pipeline(
      source.sink(StreamSink("out", "output")),
      source.sink(DevNullSink("slow", {.batch_size = 1, .average_sleep_time = 4s, .max_sleep_time = 4s}))));
  driver.feed("input", {"a"});
  driver.advance(1s);
  EXPECT_THAT(driver.values("output"), ElementsAre("a"));
  EXPECT_EQ(driver.committed("input"), 0);
  driver.advance(6s);
  EXPECT_EQ(driver.committed("input"), 1);
}

TEST(WorkerTest, FanOutGivesEveryBranchItsOwnMessage) {
  const auto source = streaming_source("in", "input");
  Driver driver(pipeline(source
                             .apply(Map("mark",
                                        [](Message<Bytes> m) {
                                          m.headers.set("marked", Bytes::literal("yes"));
                                          return m;
                                        }))
                             .sink(StreamSink("one", "first")),
                         source.sink(StreamSink("two", "second"))));
  driver.feed("input", {{"a", "k", {{"h", "1"}}}});
  driver.run();
  EXPECT_THAT(driver.output("first"), ElementsAre(Record("a", "k", {{"h", "1"}, {"marked", "yes"}})));
  EXPECT_THAT(driver.output("second"), ElementsAre(Record("a", "k", {{"h", "1"}})));
}

TEST(WorkerTest, DropsRecordsWithoutTheSourcesHeader) {
  Driver driver(streaming_source("in", "input", {.header_filter = HeaderFilter{"type", "c"}})
                    .sink(StreamSink("out", "output")));
  driver.feed("input", {{"a", std::nullopt, {{"type", "c"}}}, {"b", std::nullopt, {{"type", "s"}}}, "c"});
  EXPECT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("a"));
  EXPECT_EQ(driver.committed("input"), 3);
  EXPECT_EQ(driver.result().counts[0].dropped, 2U);
}

TEST(WorkerTest, KeepsTheOrderOfEachPartition) {
  Driver driver(upper_case(), {.partitions = 3, .sink_room = 7});
  std::vector<Record> records;
  for (int i = 0; i < 3000; ++i)
    records.emplace_back(std::to_string(i), std::nullopt, std::vector<std::pair<std::string, std::string>>{},
                         -1, i % 3);
  driver.feed("input", records);
  EXPECT_TRUE(driver.settle());
  std::vector<int> last(3, -1);
  for (const Record& record : driver.output("output")) {
    const int number = std::stoi(*record.value);
    EXPECT_LT(last[static_cast<std::size_t>(number % 3)], number);
    last[static_cast<std::size_t>(number % 3)] = number;
  }
  EXPECT_THAT(last, ElementsAre(2997, 2998, 2999));
}

TEST(WorkerTest, WithSyncCommitsItTakesNothingNewUntilTheCommitIsDone) {
  Driver driver(upper_case(), {.config = with("commit: {policy: sync, interval: 100ms}")});
  driver.cork_sink();
  driver.feed("input", {"a"});
  driver.advance(200ms);
  driver.feed("input", {"b"});
  driver.advance(1s);
  EXPECT_EQ(driver.result().counts[0].input, 1U);
  driver.uncork_sink();
  EXPECT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("A", "B"));
}

TEST(WorkerTest, EachWorkerHasItsOwnCopyOfAFunction) {
  auto calls = std::make_shared<int>(0);
  struct Counting {
    std::shared_ptr<int> copies;
    Counting(std::shared_ptr<int> c) : copies(std::move(c)) {}  // NOLINT
    Counting(const Counting& other) : copies(other.copies) { ++*copies; }
    Bytes operator()(const Bytes& in) const { return in; }
  };
  Driver driver(
      streaming_source("in", "input").apply(Map("id", Counting(calls))).sink(StreamSink("out", "output")));
  const int before = *calls;
  driver.crash();
  driver.start();
  EXPECT_EQ(*calls, before + 1);
}

/// Takes 100 ms for each record, and calls `at` with the number of the record.
Pipeline slow(const std::shared_ptr<Driver*>& driver, const std::function<void(int)>& at) {
  return streaming_source("in", "input")
      .apply(Map("slow",
                 [driver, at, number = std::make_shared<int>(0)](const Bytes& in) {
                   (*driver)->clock().advance(100ms);
                   at((*number)++);
                   return in;
                 }))
      .sink(StreamSink("out", "output"));
}

TEST(WorkerTest, CommitsWhileASlowStepIsInTheMiddleOfABatch) {
  auto self = std::make_shared<Driver*>(nullptr);
  std::int64_t committed = -1;
  Driver driver(slow(self, [&](int number) {
    if (number == 60) committed = (*self)->committed("input");
  }));
  *self = &driver;
  driver.feed("input", std::vector<Record>(100, "a"));
  ASSERT_TRUE(driver.settle());
  EXPECT_GT(committed, 30);
  EXPECT_EQ(driver.committed("input"), 100);
}

TEST(WorkerTest, GivesUpAPartitionInTheMiddleOfASlowBatch) {
  auto self = std::make_shared<Driver*>(nullptr);
  Driver driver(slow(self, [&](int number) {
    if (number == 20) (*self)->revoke("input", 0);
  }));
  *self = &driver;
  driver.feed("input", std::vector<Record>(100, "a"));
  driver.run();
  driver.advance(1s);
  EXPECT_FALSE(driver.holds("input", 0));
  const auto passed = driver.values("output").size();
  EXPECT_LT(passed, 40U);
  EXPECT_EQ(driver.committed("input"), static_cast<std::int64_t>(passed));
  driver.assign("input", 0);
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.values("output").size(), 100U);
}

TEST(WorkerTest, ARewindInTheMiddleOfABatchReadsEachRecordOnceMore) {
  auto self = std::make_shared<Driver*>(nullptr);
  Driver driver(slow(self, [](int) {}), {.sink_room = 5});
  *self = &driver;
  std::vector<Record> records;
  std::vector<std::string> all;
  for (int i = 0; i < 60; ++i) records.emplace_back(all.emplace_back(std::to_string(i)));
  driver.feed("input", records);
  driver.cork_sink();
  driver.run();
  driver.rewind("input", 0);
  driver.uncork_sink();
  ASSERT_TRUE(driver.settle());
  const std::vector<std::string> out = driver.values("output");
  ASSERT_GT(out.size(), 60U);
  ASSERT_LT(out.size(), 80U);
  EXPECT_EQ(std::vector<std::string>(out.end() - 60, out.end()), all);
  EXPECT_EQ(driver.committed("input"), 60);
}

}  // namespace
}  // namespace streams::runtime
