#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/runtime/dead_letter.hpp>
#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/flat_map.hpp>
#include <streams/step/map.hpp>
#include <streams/testing/driver.hpp>

// What becomes of records that a step refuses when their source has a dead letter queue.

namespace streams::runtime {
namespace {

using namespace std::chrono_literals;
using streams::testing::Driver;
using streams::testing::Record;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Message<Bytes> refuse_bad(Message<Bytes> message) {
  const std::string text = message.payload.str();
  message.key = Bytes::copy_of("changed");
  message.headers.set("h", Bytes::copy_of("changed"));
  message.payload = Bytes::copy_of("changed");
  if (text.starts_with("bad")) throw std::runtime_error("it is bad");
  message.payload = Bytes::copy_of(text + "!");
  return message;
}

Pipeline refusing() {
  return streaming_source("in", "input", {.dlq_stream_name = "dead"})
      .apply(Map("check", refuse_bad))
      .sink(StreamSink("out", "output"));
}

std::string with(const std::string& dlq, const std::string& step = "") {
  return "pipeline:\n  segments:\n    - steps_config:\n        in: {dlq: {" + dlq + "}}\n" +
         (step.empty() ? "" : "        " + step + "\n");
}

std::string header(const Record& record, std::string_view name) {
  for (const auto& [key, value] : record.headers)
    if (key == name) return value;
  return "(none)";
}

TEST(DeadLettersTest, KeepsTheOriginalRecordAndSaysWhy) {
  Driver driver(refusing());
  driver.feed("input", {{"good", "k1"}, {"bad", "k2", {{"h", "1"}, {"h", "2"}}, 1234}});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("good!"));
  ASSERT_THAT(driver.output("dead"), SizeIs(1));
  const Record dead = driver.output("dead").front();
  EXPECT_EQ(dead.value, "bad");
  EXPECT_EQ(dead.key, "k2");
  EXPECT_EQ(dead.timestamp, 1234);
  EXPECT_EQ(dead.headers[0], (std::pair<std::string, std::string>{"h", "1"}));
  EXPECT_EQ(dead.headers[1], (std::pair<std::string, std::string>{"h", "2"}));
  EXPECT_THAT(dead.headers, SizeIs(2 + dead_letter::kHeaders.size()));
  EXPECT_EQ(header(dead, dead_letter::kPipeline), "driver");
  EXPECT_EQ(header(dead, dead_letter::kSegment), "0");
  EXPECT_EQ(header(dead, dead_letter::kStep), "check");
  EXPECT_EQ(header(dead, dead_letter::kError), "function");
  EXPECT_THAT(header(dead, dead_letter::kMessage), HasSubstr("it is bad"));
  EXPECT_EQ(header(dead, dead_letter::kTopic), "input");
  EXPECT_EQ(header(dead, dead_letter::kPartition), "0");
  EXPECT_EQ(header(dead, dead_letter::kOffset), "1");
  EXPECT_EQ(header(dead, dead_letter::kTimestamp), "1234");
  EXPECT_EQ(header(dead, dead_letter::kAttempt), "1");
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(DeadLettersTest, KeepsATombstoneWithoutAKey) {
  const auto refuse_all = [](const Bytes&) -> Bytes { throw std::runtime_error("no"); };
  Driver driver(streaming_source("in", "input", {.dlq_stream_name = "dead"})
                    .apply(Map("check", refuse_all))
                    .sink(StreamSink("out", "output")));
  driver.feed("input", {Record(std::nullopt, std::nullopt), Record("", "")});
  ASSERT_TRUE(driver.settle());
  ASSERT_THAT(driver.output("dead"), SizeIs(2));
  EXPECT_EQ(driver.output("dead")[0].value, std::nullopt);
  EXPECT_EQ(driver.output("dead")[0].key, std::nullopt);
  EXPECT_EQ(driver.output("dead")[1].value, "");
  EXPECT_EQ(driver.output("dead")[1].key, "");
}

TEST(DeadLettersTest, CommitsOnlyWhatTheQueueHasAcknowledged) {
  Driver driver(refusing());
  driver.feed("input", {"bad", "good"});
  driver.cork_sink();
  driver.advance(10s);
  EXPECT_EQ(driver.committed("input"), 0);
  driver.crash();
  driver.uncork_sink();
  driver.start();
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("dead"), ElementsAre("bad"));
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(DeadLettersTest, TakesARecordThatTheSinkRefusesLaterOn) {
  Driver driver(refusing());
  driver.feed("input", {{"good", "key"}, "more"});
  driver.refuse_next("output", "too large");
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("more!"));
  ASSERT_THAT(driver.values("dead"), ElementsAre("good"));
  EXPECT_EQ(driver.output("dead")[0].key, "key");
  EXPECT_EQ(header(driver.output("dead")[0], dead_letter::kStep), "out");
  EXPECT_EQ(header(driver.output("dead")[0], dead_letter::kError), "produce");
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(DeadLettersTest, ARecordOfWhichAStepRefusesSeveralPartsIsOneDeadLetter) {
  const auto letters = [](const Bytes& word) {
    std::vector<std::string> all;
    for (const char c : word.view()) all.emplace_back(1, c);
    return all;
  };
  const auto no_x = [](const std::string& letter) {
    if (letter == "x") throw std::runtime_error("an x");
    return Bytes::copy_of(letter);
  };
  Driver driver(streaming_source("in", "input", {.dlq_stream_name = "dead"})
                    .apply(FlatMap("letters", letters))
                    .apply(Map("no_x", no_x))
                    .sink(StreamSink("out", "output")));
  driver.feed("input", {"axbx", "xx", "c"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(driver.values("dead"), ElementsAre("axbx", "xx"));
  EXPECT_EQ(driver.result().counts[2].errors, 4U);
  EXPECT_EQ(driver.result().counts[2].dead_letters, 2U);
}

TEST(DeadLettersTest, AStepMaySayOtherwise) {
  Driver driver(refusing(), {.config = with("topic: graves", "check: {on_error: drop}")});
  driver.feed("input", {"bad", "good"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("good!"));
  EXPECT_THAT(driver.values("graves"), IsEmpty());
}

TEST(DeadLettersTest, CountsTheAttemptsOfARedrivenRecord) {
  Driver driver(refusing());
  driver.feed("input", {{"bad"}});
  ASSERT_TRUE(driver.settle());
  const std::string pipeline = header(driver.output("dead").front(), dead_letter::kPipeline);
  driver.feed(
      "input",
      {{"bad", "k", {{"streams.dlq.pipeline", pipeline}, {"streams.dlq.attempt", "2"}, {"mine", "1"}}},
       {"bad", "k", {{"streams.dlq.pipeline", "upstream"}, {"streams.dlq.attempt", "2"}}}});
  ASSERT_TRUE(driver.settle());
  ASSERT_THAT(driver.output("dead"), SizeIs(3));
  EXPECT_EQ(header(driver.output("dead")[2], dead_letter::kAttempt), "1") << "another pipeline's attempts";
  const Record dead = driver.output("dead")[1];
  EXPECT_EQ(header(dead, dead_letter::kAttempt), "3");
  EXPECT_EQ(header(dead, "mine"), "1");
  EXPECT_THAT(dead.headers, SizeIs(1 + dead_letter::kHeaders.size()));
}

TEST(DeadLettersTest, StopsAtTooManyInARowAndSkipsNothing) {
  Driver driver(refusing(), {.config = with("max_consecutive_count: 2")});
  driver.feed("input", {"bad1", "bad2", "good", "bad3", "bad4", "bad5", "good"});
  driver.settle();
  ASSERT_TRUE(driver.ended());
  EXPECT_EQ(driver.result().end, RunResult::End::record_failed);
  EXPECT_THAT(driver.result().record_errors.at(0).message,
              HasSubstr("more than 2 records in a row would be dead letters (dlq.max_consecutive_count)"));
  EXPECT_EQ(driver.result().record_errors.at(0).offset, 5);
  EXPECT_THAT(driver.values("dead"), ElementsAre("bad1", "bad2", "bad3", "bad4"));
  EXPECT_EQ(driver.committed("input"), 5);
}

TEST(DeadLettersTest, CountsInARowForEachPartition) {
  Driver driver(refusing(), {.config = with("max_consecutive_count: 2"), .partitions = 2});
  driver.feed("input", {Record("bad", std::nullopt, {}, -1, 0), Record("bad", std::nullopt, {}, -1, 0),
                        Record("bad", std::nullopt, {}, -1, 1), Record("bad", std::nullopt, {}, -1, 1)});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("dead"), SizeIs(4));
}

TEST(DeadLettersTest, StopsAtTooLargeAShare) {
  Driver driver(refusing(), {.config = with("max_invalid_ratio: 0.2, ratio_window: 10")});
  std::vector<Record> records;
  for (int i = 0; i < 10; ++i) records.emplace_back(i < 2 ? "bad" : "good");  // just as many as may be
  for (int i = 0; i < 10; ++i) records.emplace_back(i % 3 == 0 ? "bad" : "good");
  driver.feed("input", records);
  driver.settle();
  ASSERT_TRUE(driver.ended());
  EXPECT_THAT(driver.result().record_errors.at(0).message,
              HasSubstr("more than 0.2 of 10 records would be dead letters (dlq.max_invalid_ratio)"));
  EXPECT_EQ(driver.result().record_errors.at(0).offset, 16);
  EXPECT_THAT(driver.values("dead"), SizeIs(4));
  EXPECT_EQ(driver.committed("input"), 16);
}

TEST(DeadLettersTest, ARecordThatTheQueueRefusesEndsTheRun) {
  Driver driver(refusing());
  driver.feed("input", {"good", "bad"});
  driver.refuse_next("dead", "too large");
  driver.settle();
  ASSERT_TRUE(driver.ended());
  EXPECT_EQ(driver.result().record_errors.at(0).step, "in.dlq");
  EXPECT_THAT(driver.result().record_errors.at(0).message,
              HasSubstr("the dead letter queue refused the record: too large"));
  EXPECT_EQ(driver.result().record_errors.at(0).offset, 1);
  EXPECT_EQ(driver.committed("input"), 0);
}

TEST(DeadLettersTest, LogsOneLineForMany) {
  Driver driver(refusing());
  driver.feed("input", std::vector<Record>(1000, "bad"));
  ASSERT_TRUE(driver.settle());
  std::size_t lines = 0;
  for (const std::string& line : driver.log()) lines += line.find("dead letter queue") != std::string::npos;
  EXPECT_EQ(lines, 1U);
}

}  // namespace
}  // namespace streams::runtime
