#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/batch.hpp>
#include <streams/step/batch_parser.hpp>
#include <streams/step/map.hpp>
#include <streams/step/serializer.hpp>
#include <streams/step/unbatch.hpp>
#include <streams/testing/driver.hpp>

namespace streams::runtime {
namespace {

using namespace std::chrono_literals;
using streams::testing::Driver;
using streams::testing::DriverOptions;
using streams::testing::Record;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Bytes joined(const std::vector<Bytes>& batch) {
  std::string text;
  for (const Bytes& bytes : batch) {
    if (bytes.view() == "poison") throw std::runtime_error("poison");
    text += (text.empty() ? "" : "+") + bytes.str();
  }
  return Bytes::copy_of(text);
}

Pipeline batching(BatchOptions options) {
  return streaming_source("in", "input", {.dlq_stream_name = "dead"})
      .apply(Batch("batch", options))
      .apply(Map("join", joined))
      .sink(StreamSink("out", "output"));
}

TEST(BatchTest, ClosesABatchByNumber) {
  Driver driver(batching({.batch_size = 2}));
  driver.feed("input", {"1", "2", "3"});
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("1+2"));
}

TEST(BatchTest, ClosesABatchByTime) {
  Driver driver(batching({.batch_size = 100, .batch_timedelta = 3s}));
  driver.feed("input", {"1"});
  driver.advance(2s);
  driver.feed("input", {"2"});
  driver.advance(900ms);
  EXPECT_THAT(driver.values("output"), IsEmpty());
  driver.advance(200ms);
  EXPECT_THAT(driver.values("output"), ElementsAre("1+2"));
}

TEST(BatchTest, ClosesABatchByBytes) {
  Driver driver(batching({.batch_size_bytes = 5}));
  driver.feed("input", {"123", "45", "6"});
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("123+45"));
}

TEST(BatchTest, CommitsNoRecordOfAnOpenBatch) {
  Driver driver(batching({.batch_size = 3, .batch_timedelta = 60s}));
  driver.feed("input", {"1", "2", "3", "4"});
  driver.advance(5s);
  EXPECT_THAT(driver.values("output"), ElementsAre("1+2+3"));
  EXPECT_LT(driver.committed("input"), 4);
  driver.crash();
  driver.start();
  driver.advance(61s);
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 4);
  EXPECT_EQ(driver.values("output").back().back(), '4');
}

TEST(BatchTest, HasRecordsOfOnePartitionOnly) {
  Driver driver(batching({.batch_size = 2}), {.partitions = 2});
  driver.feed("input",
              {{"a1", {}, {}, 1, 0}, {"b1", {}, {}, 2, 1}, {"a2", {}, {}, 3, 0}, {"b2", {}, {}, 4, 1}});
  driver.run();
  EXPECT_THAT(driver.values("output"), ::testing::UnorderedElementsAre("a1+a2", "b1+b2"));
}

TEST(BatchTest, IsEmptiedWhenTheWorkerStops) {
  Driver driver(batching({.batch_size = 10, .batch_timedelta = 60s}));
  driver.feed("input", {"1", "2"});
  driver.run();
  EXPECT_TRUE(driver.stop().drained);
  EXPECT_THAT(driver.values("output"), ElementsAre("1+2"));
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(BatchTest, ForgetsALostPartition) {
  Driver driver(batching({.batch_size = 2, .batch_timedelta = 60s}));
  driver.feed("input", {"1"});
  driver.run();
  driver.lose("input", 0);
  driver.run();
  driver.assign("input", 0);
  driver.feed("input", {"2"});
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("1+2"));
}

TEST(BatchTest, EveryRecordOfARefusedBatchBecomesADeadLetter) {
  Driver driver(batching({.batch_size = 2}));
  driver.feed("input", {{"1", "k1"}, {"poison", "k2"}, {"3", "k3"}, {"4", "k4"}});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("3+4"));
  EXPECT_THAT(driver.values("dead"), ElementsAre("1", "poison"));
  EXPECT_EQ(driver.output("dead")[0].key, "k1");
  EXPECT_EQ(driver.committed("input"), 4);
}

TEST(BatchTest, EveryRecordOfADroppedBatchIsCounted) {
  Driver driver(batching({.batch_size = 2}),
                {.config = "pipeline: {on_error: drop, segments: [{steps_config: {}}]}"});
  driver.feed("input", {"1", "poison", "3", "4"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("3+4"));
  for (const StepView& step : driver.look().steps) {
    if (step.step == "join") {
      EXPECT_EQ(step.dropped_on_error, 2U);
    }
  }
  EXPECT_EQ(driver.committed("input"), 4);
}

TEST(BatchTest, CommitsNothingOfABatchThatEndsTheRun) {
  Driver driver(batching({.batch_size = 2}),
                {.config = "pipeline: {on_error: fail, segments: [{steps_config: {}}]}"});
  driver.feed("input", {"1", "2", "3", "poison"});
  driver.advance(10s);
  EXPECT_TRUE(driver.ended());
  EXPECT_EQ(driver.result().end, RunResult::End::record_failed);
  EXPECT_LE(driver.committed("input"), 2);
  driver.crash();
  driver.start();
  driver.advance(10s);
  EXPECT_LE(driver.committed("input"), 2);
}

TEST(BatchTest, ABatchTheSinkRefusesBecomesItsRecordsAsDeadLetters) {
  Driver driver(batching({.batch_size = 2}));
  driver.refuse_next("output", "too large");
  driver.feed("input", {"1", "2"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("dead"), ElementsAre("1", "2"));
}

TEST(BatchParserTest, RefusesBadElementsOneByOneAndGoesOnWithTheRest) {
  Driver driver(streaming_source("in", "input", {.dlq_stream_name = "dead"})
                    .apply(Batch("batch", {.batch_size = 3}))
                    .apply(BatchParser<int, JsonFormat>("parse"))
                    .apply(Serializer("write"))
                    .sink(StreamSink("out", "output")));
  driver.feed("input", {"1", "x", "3", "y", "z", "w"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("[1,3]"));
  EXPECT_THAT(driver.values("dead"), ElementsAre("x", "y", "z", "w"));
  EXPECT_EQ(driver.committed("input"), 6);
}

TEST(BatchParserTest, ALaterRefusalOfTheBatchLeavesOutWhatWasRefusedAlready) {
  Driver driver(
      streaming_source("in", "input", {.dlq_stream_name = "dead"})
          .apply(Batch("batch", {.batch_size = 3}))
          .apply(BatchParser<int, JsonFormat>("parse"))
          .apply(Map("fails", [](const std::vector<int>&) -> Bytes { throw std::runtime_error("no"); }))
          .sink(StreamSink("out", "output")));
  driver.feed("input", {"1", "x", "3"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("dead"), ElementsAre("x", "1", "3"));
}

TEST(UnbatchTest, GivesEachElementBackItsOwnKeyHeadersAndRefusal) {
  auto refuse = [](const Bytes& bytes) -> Bytes {
    if (bytes.view() == "bad") throw std::runtime_error("it is bad");
    return bytes;
  };
  Driver driver(streaming_source("in", "input", {.dlq_stream_name = "dead"})
                    .apply(Batch("batch", {.batch_size = 3}))
                    .apply(Unbatch("unbatch"))
                    .apply(Map("check", refuse))
                    .sink(StreamSink("out", "output")));
  const std::vector<Record> records{{"1", "k1", {{"h", "x"}}, 11}, {"bad", "k2"}, {"3", "k3", {}, 13}};
  driver.feed("input", records);
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.output("output"), ElementsAre(records[0], records[2]));
  EXPECT_THAT(driver.values("dead"), ElementsAre("bad"));
}

}  // namespace
}  // namespace streams::runtime
