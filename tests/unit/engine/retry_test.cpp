#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/flat_map.hpp>
#include <streams/step/map.hpp>
#include <streams/testing/driver.hpp>

// A step whose function fails and is called again: the partition waits, the others go on, order is kept.

namespace streams::runtime {
namespace {

using namespace std::chrono_literals;
using streams::testing::Driver;
using streams::testing::Record;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

/// How many calls with that text fail before one succeeds; shared by the copies of the function.
using Failures = std::map<std::string, int>;

auto failing(std::shared_ptr<Failures> failures) {
  return [failures](Message<Bytes> message) {
    const std::string text = message.payload.str();
    message.payload = Bytes();
    message.key = Bytes::copy_of("taken");
    if (int& left = (*failures)[text]; left > 0) {
      --left;
      throw std::runtime_error("not now");
    }
    message.payload = Bytes::copy_of(text + "!");
    return message;
  };
}

Pipeline calling(std::shared_ptr<Failures> failures) {
  return streaming_source("in", "input")
      .apply(Map("call", failing(std::move(failures))))
      .sink(StreamSink("out", "output"));
}

std::string with(const std::string& retry, const std::string& pipeline = "",
                 const std::string& step = "in: {bootstrap_servers: [memory]}") {
  return "pipeline:\n  retry: {" + retry + "}\n" + pipeline + "  segments:\n    - steps_config:\n        " +
         step + "\n";
}

Record to(int partition, const std::string& text) {
  return Record(text, std::nullopt, {}, -1, partition);
}

TEST(RetryTest, CallsAgainAfterThePause) {
  auto failures = std::make_shared<Failures>(Failures{{"a", 2}});
  Driver driver(calling(failures), {.config = with("max_attempts: 3, backoff: 100ms, jitter: 0")});
  driver.feed("input", {"a", "b"});
  driver.run();
  EXPECT_THAT(driver.values("output"), IsEmpty());
  driver.advance(100ms);
  EXPECT_EQ((*failures)["a"], 0);
  EXPECT_THAT(driver.values("output"), IsEmpty());
  driver.advance(199ms);
  EXPECT_THAT(driver.values("output"), IsEmpty());
  driver.advance(1ms);
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("a!", "b!"));
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 2);
  EXPECT_EQ(driver.result().counts[1].retried, 2U);
  EXPECT_EQ(driver.result().counts[1].errors, 0U);
}

TEST(RetryTest, OtherPartitionsGoOnMeanwhile) {
  auto failures = std::make_shared<Failures>(Failures{{"a", 1}});
  Driver driver(calling(failures),
                {.config = with("max_attempts: 2, backoff: 1s, jitter: 0"), .partitions = 2});
  driver.feed("input", {to(0, "a"), to(0, "b"), to(1, "c")});
  driver.run();
  driver.feed("input", {to(0, "d"), to(1, "e")});
  driver.run();
  EXPECT_THAT(driver.values("output"), UnorderedElementsAre("c!", "e!"));
  driver.advance(1s);
  EXPECT_THAT(driver.values("output"), ElementsAre("c!", "e!", "a!", "b!", "d!"));
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input", 0), 3);
  EXPECT_EQ(driver.committed("input", 1), 2);
}

TEST(RetryTest, ThePolicyFollowsTheLastAttempt) {
  auto failures = std::make_shared<Failures>(Failures{{"a", 9}});
  Driver driver(calling(failures),
                {.config = with("max_attempts: 3, backoff: 100ms, jitter: 0", "  on_error: drop\n")});
  driver.feed("input", {"a", "b"});
  driver.advance(300ms);
  driver.run();
  EXPECT_EQ((*failures)["a"], 6);
  EXPECT_THAT(driver.values("output"), ElementsAre("b!"));
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(RetryTest, ADeadLetterIsTheRecordAsItCame) {
  auto failures = std::make_shared<Failures>(Failures{{"a", 9}});
  Driver driver(calling(failures),
                {.config = with("max_attempts: 2, backoff: 100ms", "", "in: {dlq: {topic: dead}}")});
  driver.feed("input", {{"a", "key", {{"h", "1"}}, 7}, "b"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("b!"));
  ASSERT_THAT(driver.output("dead"), SizeIs(1));
  EXPECT_EQ(driver.output("dead")[0].value, "a");
  EXPECT_EQ(driver.output("dead")[0].key, "key");
  EXPECT_EQ(driver.output("dead")[0].timestamp, 7);
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(RetryTest, AFailureAfterTheLastAttemptEndsTheRunUncommitted) {
  auto failures = std::make_shared<Failures>(Failures{{"b", 9}});
  Driver driver(calling(failures), {.config = with("max_attempts: 2, backoff: 100ms")});
  driver.feed("input", {"a"});
  ASSERT_TRUE(driver.settle());
  driver.feed("input", {"b", "c"});
  driver.settle();
  ASSERT_TRUE(driver.ended());
  EXPECT_EQ(driver.result().record_errors.at(0).attempt, 2);
  EXPECT_EQ(driver.result().record_errors.at(0).offset, 1);
  EXPECT_THAT(driver.values("output"), ElementsAre("a!"));
  EXPECT_EQ(driver.committed("input"), 1);
}

TEST(RetryTest, ACrashWhileARecordWaitsLosesNothing) {
  auto failures = std::make_shared<Failures>(Failures{{"a", 1}});
  Driver driver(calling(failures), {.config = with("max_attempts: 2, backoff: 20s")});
  driver.feed("input", {"a", "b"});
  driver.advance(5s);
  EXPECT_EQ(driver.committed("input"), 0);
  driver.crash();
  driver.start();
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("a!", "b!"));
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(RetryTest, CommitsNotBeforeTheRecordThatWaitedIsAcknowledged) {
  auto failures = std::make_shared<Failures>(Failures{{"a", 1}});
  Driver driver(calling(failures), {.config = with("max_attempts: 2, backoff: 2s, jitter: 0")});
  driver.feed("input", {"a"});
  driver.advance(1900ms);
  driver.cork_sink();
  driver.advance(5s);
  EXPECT_EQ(driver.committed("input"), 0);
  driver.uncork_sink();
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 1);
}

TEST(RetryTest, WhatWaitsOfALostPartitionIsDropped) {
  auto failures = std::make_shared<Failures>(Failures{{"a", 1}});
  Driver driver(calling(failures), {.config = with("max_attempts: 2, backoff: 2s")});
  driver.feed("input", {"a", "b"});
  driver.run();
  driver.lose("input", 0);
  driver.advance(5s);
  EXPECT_THAT(driver.values("output"), IsEmpty());
  driver.assign("input", 0);
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("a!", "b!"));
}

TEST(RetryTest, ARewoundPartitionIsReadAgainFromItsStart) {
  auto failures = std::make_shared<Failures>(Failures{{"a", 1}});
  Driver driver(calling(failures), {.config = with("max_attempts: 2, backoff: 20s")});
  driver.feed("input", {"a", "b"});
  driver.run();
  driver.rewind("input", 0);
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("a!", "b!"));
}

TEST(RetryTest, AGracefulStopWaitsForTheNextAttempt) {
  auto failures = std::make_shared<Failures>(Failures{{"a", 1}});
  Driver driver(calling(failures), {.config = with("max_attempts: 2, backoff: 2s")});
  driver.feed("input", {"a", "b"});
  driver.run();
  EXPECT_EQ(driver.stop().end, RunResult::End::stopped);
  EXPECT_THAT(driver.values("output"), ElementsAre("a!", "b!"));
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(RetryTest, PausesGrowUpToTheLongest) {
  auto failures = std::make_shared<Failures>(Failures{{"a", 4}});
  Driver driver(calling(failures),
                {.config = with("max_attempts: 9, backoff: 1s, jitter: 0, max_backoff: 3s")});
  driver.feed("input", {"a"});
  driver.advance(1s + 2s + 3s + 2900ms);
  EXPECT_THAT(driver.values("output"), IsEmpty());
  driver.advance(100ms);
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("a!"));
}

TEST(RetryTest, EachPartOfARecordIsTriedByItself) {
  auto failures = std::make_shared<Failures>(Failures{{"b", 1}});
  const auto letters = [](const Bytes& word) {
    std::vector<Bytes> all;
    for (std::size_t i = 0; i < word.size(); ++i) all.push_back(word.slice(i, 1));
    return all;
  };
  Driver driver(streaming_source("in", "input")
                    .apply(FlatMap("letters", letters))
                    .apply(Map("call", failing(failures)))
                    .sink(StreamSink("out", "output")),
                {.config = with("max_attempts: 2, backoff: 1s")});
  driver.feed("input", {"abc", "d"});
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("a!"));
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("a!", "b!", "c!", "d!"));
}

}  // namespace
}  // namespace streams::runtime
