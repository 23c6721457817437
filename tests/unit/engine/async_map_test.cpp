#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/error.hpp>
#include <streams/runtime/snapshot.hpp>
#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/async_map.hpp>
#include <streams/step/batch.hpp>
#include <streams/step/map.hpp>
#include <streams/testing/driver.hpp>

#include "support/step_harness.hpp"

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

/// The calls that a test answers by hand; shared by the copies of the function.
struct Desk {
  struct Open {
    std::string text;
    Reply<Bytes> reply;
  };

  void add(std::string text, Reply<Bytes> reply) {
    const std::lock_guard lock(mutex);
    open.push_back({std::move(text), std::move(reply)});
    ++calls;
  }
  Reply<Bytes> take(const std::string& text) {
    const std::lock_guard lock(mutex);
    for (auto at = open.begin(); at != open.end(); ++at) {
      if (at->text != text) continue;
      Reply<Bytes> reply = std::move(at->reply);
      open.erase(at);
      return reply;
    }
    throw std::runtime_error("nobody asked for " + text);
  }
  void answer(const std::string& text) { take(text).send(Bytes::copy_of(text + "!")); }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex);
    std::vector<std::string> texts;
    for (const Open& each : open) texts.push_back(each.text);
    return texts;
  }

  std::mutex mutex;
  std::deque<Open> open;
  int calls = 0;
};

using SharedDesk = std::shared_ptr<Desk>;

Pipeline asking(const SharedDesk& desk, AsyncMapOptions options = {}) {
  return streaming_source("in", "input", {.dlq_stream_name = "dead"})
      .apply(AsyncMap(
          "ask", [desk](const Bytes& bytes, Reply<Bytes> reply) { desk->add(bytes.str(), std::move(reply)); },
          options))
      .sink(StreamSink("out", "output"));
}

std::string deployed(const std::string& step, const std::string& pipeline = "") {
  return "pipeline:\n" + pipeline + "  segments: [{steps_config: {ask: " + step + "}}]\n";
}

Record to(int partition, const std::string& text) {
  return Record(text, std::nullopt, {}, -1, partition);
}

std::uint64_t errors_of(Driver& driver) {
  return driver.result().counts.at(1).errors;
}

TEST(AsyncMapTest, SendsAnswersOnInTheOrderOfArrival) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk));
  driver.feed("input", {"1", "2", "3"});
  driver.run();
  EXPECT_THAT(desk->asked(), ElementsAre("1", "2", "3"));
  desk->answer("2");
  desk->answer("3");
  driver.run();
  EXPECT_THAT(driver.values("output"), IsEmpty());
  desk->answer("1");
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("1!", "2!", "3!"));
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 3);
}

TEST(AsyncMapTest, PartitionsDoNotWaitForEachOther) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk), {.partitions = 2});
  driver.feed("input", {to(0, "a"), to(1, "b")});
  driver.run();
  desk->answer("b");
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("b!"));
  desk->answer("a");
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("b!", "a!"));
}

TEST(AsyncMapTest, UnorderedSendsEachOnAsSoonAsItIsAnswered) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.ordered = false}));
  driver.feed("input", {"1", "2", "3"});
  driver.run();
  desk->answer("3");
  driver.run();
  desk->answer("1");
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("3!", "1!"));
  desk->answer("2");
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 3);
}

TEST(AsyncMapTest, CommitsNoRecordBeforeItsAnswer) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.ordered = false, .timeout = std::nullopt}));
  driver.feed("input", {"1", "2"});
  driver.run();
  desk->answer("2");
  driver.advance(10s);
  EXPECT_THAT(driver.values("output"), ElementsAre("2!"));
  EXPECT_LE(driver.committed("input"), 0);
  driver.crash();
  driver.start();
  EXPECT_THAT(desk->asked(), ElementsAre("1", "1", "2"));
}

TEST(AsyncMapTest, HasNoMoreThanItsLimitUnderWayAndTakesNoNewRecordsMeanwhile) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.max_in_flight = 2, .timeout = std::nullopt}));
  driver.feed("input", {"1", "2", "3"});
  driver.run();
  EXPECT_THAT(desk->asked(), ElementsAre("1", "2"));
  EXPECT_EQ(driver.look().workers.at(0).held_by, "ask");
  driver.feed("input", {"4"});
  desk->answer("1");
  driver.run();
  EXPECT_THAT(desk->asked(), ElementsAre("2", "3"));
  desk->answer("3");
  driver.run();
  EXPECT_THAT(desk->asked(), ElementsAre("2")) << "an answer that waits for its turn is under way still";
  desk->answer("2");
  driver.run();
  desk->answer("4");
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("1!", "2!", "3!", "4!"));
}

TEST(AsyncMapTest, TakesAnswersFromOtherThreads) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.max_in_flight = 8}));
  std::vector<Record> records;
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    records.emplace_back(std::to_string(i));
    expected.push_back(std::to_string(i) + "!");
  }
  driver.feed("input", records);
  const auto answer_all = [&desk] {
    for (bool some = true; some;) {
      const std::vector<std::string> asked = desk->asked();
      some = !asked.empty();
      for (auto text = asked.rbegin(); text != asked.rend(); ++text) desk->answer(*text);
    }
  };
  while (driver.output("output").size() < records.size()) {
    driver.run();
    std::thread other(answer_all);
    driver.run();
    other.join();
  }
  EXPECT_EQ(driver.values("output"), expected);
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.committed("input"), 200);
}

TEST(AsyncMapTest, AnAnswerInsideTheCallGoesOnAtOnce) {
  Driver driver(streaming_source("in", "input")
                    .apply(AsyncMap(
                        "ask", [](const Bytes& bytes, Reply<std::string> reply) { reply.send(bytes.str()); },
                        {.max_in_flight = 2}))
                    .apply(Map("back", [](const std::string& text) { return Bytes::copy_of(text); }))
                    .sink(StreamSink("out", "output")));
  driver.feed("input", {"1", "2", "3", "4", "5"});
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("1", "2", "3", "4", "5"));
}

TEST(AsyncMapTest, KeyHeadersAndTimestampGoOn) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk));
  const Record record("1", "key", {{"trace", "t"}}, 1700);
  driver.feed("input", {record});
  driver.run();
  desk->answer("1");
  driver.run();
  EXPECT_THAT(driver.output("output"), ElementsAre(Record("1!", "key", {{"trace", "t"}}, 1700)));
}

TEST(AsyncMapTest, AMessageAsAnswerChangesThem) {
  Driver driver(streaming_source("in", "input")
                    .apply(AsyncMap("ask",
                                    [](Message<Bytes> message, Reply<Bytes> reply) {
                                      message.key = Bytes::copy_of("k2");
                                      message.headers.add("seen", Bytes::copy_of("yes"));
                                      reply.send(std::move(message));
                                    }))
                    .sink(StreamSink("out", "output")));
  driver.feed("input", {{"1", "k1", {{"trace", "t"}}, 5}});
  driver.run();
  EXPECT_THAT(driver.output("output"), ElementsAre(Record("1", "k2", {{"trace", "t"}, {"seen", "yes"}}, 5)));
}

TEST(AsyncMapTest, OnlyTheFirstAnswerCounts) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk));
  driver.feed("input", {"1"});
  driver.run();
  const Reply<Bytes> reply = desk->take("1");
  const Reply<Bytes> copy = reply;
  EXPECT_TRUE(copy.wanted());
  reply.send(Bytes::copy_of("first"));
  EXPECT_FALSE(copy.wanted());
  copy.send(Bytes::copy_of("second"));
  reply.fail("third");
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("first"));
}

TEST(AsyncMapTest, AFailureFollowsThePolicyOfTheStep) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk));
  driver.feed("input", {{"1", "k"}, "2"});
  driver.run();
  desk->take("1").fail("503");
  desk->answer("2");
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("2!"));
  EXPECT_THAT(driver.values("dead"), ElementsAre("1"));
  EXPECT_EQ(driver.output("dead").at(0).key, "k");
  EXPECT_EQ(driver.committed("input"), 2);
  EXPECT_EQ(errors_of(driver), 1U);
}

TEST(AsyncMapTest, AReplyThatIsDroppedIsAFailure) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk));
  driver.feed("input", {"1"});
  driver.run();
  static_cast<void>(desk->take("1"));
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("dead"), ElementsAre("1"));
  EXPECT_THAT(driver.log(), ::testing::Contains(HasSubstr("the reply was dropped without an answer")));
}

TEST(AsyncMapTest, WhatTheFunctionThrowsIsAFailure) {
  Driver driver(
      streaming_source("in", "input", {.dlq_stream_name = "dead"})
          .apply(AsyncMap("ask", [](const Bytes&, Reply<Bytes>) { throw std::runtime_error("no way"); }))
          .sink(StreamSink("out", "output")));
  driver.feed("input", {"1"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("dead"), ElementsAre("1"));
  EXPECT_THAT(driver.log(), ::testing::Contains(HasSubstr("no way")));
}

TEST(AsyncMapTest, SendFromTurnsWhatIsThrownIntoAFailure) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk));
  driver.feed("input", {"1", "2"});
  driver.run();
  desk->take("1").send_from([]() -> Bytes { throw std::runtime_error("no JSON"); });
  desk->take("2").send_from([] { return Bytes::copy_of("two"); });
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("two"));
  EXPECT_THAT(driver.log(), ::testing::Contains(HasSubstr("no JSON")));
}

TEST(AsyncMapTest, AnAttemptWithoutAnswerIsOverAfterTheTimeOut) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.timeout = 1s}));
  driver.feed("input", {"1"});
  driver.advance(999ms);
  EXPECT_THAT(driver.values("dead"), IsEmpty());
  driver.advance(2ms);
  EXPECT_THAT(driver.values("dead"), ElementsAre("1"));
  EXPECT_THAT(driver.log(), ::testing::Contains(HasSubstr("no answer within 1000 ms")));
  const Reply<Bytes> late = desk->take("1");
  EXPECT_FALSE(late.wanted());
  late.send(Bytes::copy_of("late"));
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), IsEmpty());
}

TEST(AsyncMapTest, TriesAgainWithGrowingPausesAndKeepsTheOrder) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.max_attempts = 3, .backoff = 100ms, .jitter = 0.0}));
  driver.feed("input", {"1", "2"});
  driver.run();
  desk->answer("2");
  desk->take("1").fail("not now");
  driver.advance(99ms);
  EXPECT_THAT(desk->asked(), IsEmpty());
  driver.advance(1ms);
  EXPECT_THAT(desk->asked(), ElementsAre("1"));
  desk->take("1").fail("not now");
  driver.advance(199ms);
  EXPECT_THAT(desk->asked(), IsEmpty());
  driver.advance(1ms);
  desk->answer("1");
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("1!", "2!"));
  EXPECT_EQ(driver.result().counts.at(1).retried, 2U);
  EXPECT_EQ(errors_of(driver), 0U);
}

TEST(AsyncMapTest, ThePolicyFollowsTheLastAttemptAndKnowsItsNumber) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.timeout = 1s, .max_attempts = 3, .backoff = 10ms}),
                {.config = deployed("{on_error: fail}")});
  driver.feed("input", {"1"});
  driver.advance(4s);
  EXPECT_EQ(desk->calls, 3);
  ASSERT_THAT(driver.result().record_errors, SizeIs(1));
  EXPECT_EQ(driver.result().record_errors[0].attempt, 3);
  EXPECT_EQ(driver.result().record_errors[0].kind, StepErrorKind::function);
}

TEST(AsyncMapTest, AnAnswerToAnAttemptThatIsOverIsIgnored) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.timeout = 1s, .max_attempts = 2, .backoff = 10ms}));
  driver.feed("input", {"1"});
  driver.advance(1s);
  const Reply<Bytes> first = desk->take("1");
  driver.advance(20ms);
  EXPECT_THAT(desk->asked(), ElementsAre("1"));
  EXPECT_FALSE(first.wanted());
  first.send(Bytes::copy_of("late"));
  desk->answer("1");
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("1!"));
}

TEST(AsyncMapTest, AFailureWithPolicyFailEndsTheRunAndCommitsNothingBehindIt) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk), {.config = deployed("{on_error: fail}")});
  driver.feed("input", {"1", "2", "3"});
  driver.run();
  desk->answer("1");
  desk->answer("3");
  desk->take("2").fail("503");
  driver.advance(10s);
  EXPECT_TRUE(driver.ended());
  EXPECT_EQ(driver.result().end, RunResult::End::record_failed);
  EXPECT_THAT(driver.values("output"), ElementsAre("1!"));
  EXPECT_LE(driver.committed("input"), 1);
}

TEST(AsyncMapTest, AStopWaitsForWhatIsUnderWay) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.max_in_flight = 2}));
  driver.feed("input", {"1", "2", "not begun"});
  driver.run();
  driver.request_stop();
  driver.advance(1s);
  EXPECT_FALSE(driver.ended());
  for (const std::string& text : desk->asked()) desk->answer(text);
  driver.advance(1s);
  ASSERT_TRUE(driver.ended());
  const RunResult result = driver.result();
  EXPECT_TRUE(result.drained);
  EXPECT_THAT(driver.values("output"), ElementsAre("1!", "2!"));
  EXPECT_EQ(driver.committed("input"), 2);
}

TEST(AsyncMapTest, AnswersThatComeWhenTheWorkerIsGoneAreIgnored) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk));
  driver.feed("input", {"1", "2"});
  driver.run();
  EXPECT_TRUE(desk->open.front().reply.wanted());
  driver.crash();
  EXPECT_FALSE(desk->open.front().reply.wanted());
  desk->answer("1");
  static_cast<void>(desk->take("2"));
  driver.start();
  EXPECT_THAT(desk->asked(), ElementsAre("1", "2"));
  EXPECT_THAT(driver.values("output"), IsEmpty());
}

TEST(AsyncMapTest, ForgetsALostPartition) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.max_in_flight = 2}), {.partitions = 2});
  driver.feed("input", {to(0, "a"), to(0, "b"), to(0, "c"), to(1, "d")});
  driver.run();
  EXPECT_THAT(desk->asked(), ElementsAre("a", "b"));
  const Reply<Bytes> lost = desk->take("a");
  driver.lose("input", 0);
  driver.run();
  EXPECT_FALSE(lost.wanted());
  lost.send(Bytes::copy_of("late"));
  EXPECT_THAT(desk->asked(), ElementsAre("b", "d")) << "what waited has room now";
  desk->answer("d");
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("d!"));
  static_cast<void>(desk->take("b"));
  driver.assign("input", 0);
  driver.run();
  for (const char* text : {"a", "b"}) desk->answer(text);
  driver.run();
  desk->answer("c");
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("d!", "a!", "b!", "c!"));
  EXPECT_THAT(driver.values("dead"), IsEmpty());
}

TEST(AsyncMapTest, ARewoundPartitionIsAskedForAgain) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk));
  driver.feed("input", {"1"});
  driver.run();
  driver.rewind("input", 0);
  driver.run();
  EXPECT_THAT(desk->asked(), ElementsAre("1", "1"));
  const Reply<Bytes> old = desk->take("1");
  EXPECT_FALSE(old.wanted());
  old.send(Bytes::copy_of("old"));
  desk->answer("1");
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("1!"));
}

TEST(AsyncMapTest, EveryRecordOfARefusedBatchBecomesADeadLetter) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(streaming_source("in", "input", {.dlq_stream_name = "dead"})
                    .apply(Batch("batch", {.batch_size = 2}))
                    .apply(AsyncMap("ask",
                                    [desk](const std::vector<Bytes>& batch, Reply<Bytes> reply) {
                                      desk->add(batch.front().str(), std::move(reply));
                                    }))
                    .sink(StreamSink("out", "output")));
  driver.feed("input", {"1", "2", "3", "4"});
  driver.run();
  desk->answer("3");
  desk->take("1").fail("503");
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("3!"));
  EXPECT_THAT(driver.values("dead"), ElementsAre("1", "2"));
}

TEST(AsyncMapTest, TheDeploymentOverridesTheCode) {
  const auto desk = std::make_shared<Desk>();
  Driver driver(asking(desk, {.max_in_flight = 1, .timeout = 20s, .max_attempts = 1}),
                {.config = deployed(
                     "{max_in_flight: 3, ordered: false, timeout: 1s, retry: {max_attempts: 2, backoff: 5s, "
                     "jitter: 0}}")});
  driver.feed("input", {"1", "2", "3"});
  driver.run();
  EXPECT_THAT(desk->asked(), ElementsAre("1", "2", "3"));
  desk->answer("3");
  driver.run();
  EXPECT_THAT(driver.values("output"), ElementsAre("3!"));
  driver.advance(1s);
  EXPECT_EQ(desk->calls, 3);
  driver.advance(5s);
  EXPECT_EQ(desk->calls, 5);
  driver.advance(1s);
  EXPECT_THAT(driver.values("dead"), UnorderedElementsAre("1", "2"));
}

TEST(AsyncMapTest, ThePipelinesRetryHoldsWhereTheCodeSaysNothing) {
  const std::string retry = "  retry: {max_attempts: 2, backoff: 10ms, jitter: 0}\n";
  const auto open = std::make_shared<Desk>();
  Driver driver(asking(open, {.timeout = 1s}), {.config = deployed("{}", retry)});
  driver.feed("input", {"1"});
  driver.advance(5s);
  EXPECT_EQ(open->calls, 2) << "by the step alone: the engine must not try again on top of it";
  const auto said = std::make_shared<Desk>();
  Driver other(asking(said, {.timeout = 1s, .max_attempts = 1}), {.config = deployed("{}", retry)});
  other.feed("input", {"1"});
  other.advance(5s);
  EXPECT_EQ(said->calls, 1);
}

TEST(AsyncMapTest, OptionsThatContradictThemselvesAreFaults) {
  const auto desk = std::make_shared<Desk>();
  try {
    Driver driver(
        asking(desk, {.max_in_flight = 0, .timeout = 0ms, .max_attempts = 0, .backoff = 50s, .jitter = 2.0}));
    FAIL() << "it was taken";
  } catch (const std::exception& error) {
    const std::string text = error.what();
    EXPECT_THAT(text, HasSubstr("max_in_flight must be at least 1"));
    EXPECT_THAT(text, HasSubstr("timeout must be at least 1ms"));
    EXPECT_THAT(text, HasSubstr("retry.max_attempts must be at least 1"));
    EXPECT_THAT(text, HasSubstr("retry.jitter must be from 0 to 1"));
    EXPECT_THAT(text, HasSubstr("retry.max_backoff is shorter than retry.backoff"));
  }
}

/// Answers in any order, late, not at all or with a fault, while partitions are rewound and the process dies.
class AsyncMapPropertyTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(AsyncMapPropertyTest, LosesNothingAndKeepsTheOrder) {
  constexpr int kPartitions = 3;
  std::mt19937 random(GetParam());
  const auto upto = [&random](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  const auto desk = std::make_shared<Desk>();
  Driver driver(
      asking(desk, {.max_in_flight = 1 + upto(6), .timeout = 500ms, .max_attempts = 2, .backoff = 20ms}),
      {.partitions = kPartitions});
  std::vector<int> fed(kPartitions);
  for (int step = 0; step < 400; ++step) {
    const std::vector<std::string> asked = desk->asked();
    const std::string text =
        asked.empty() ? "" : asked[static_cast<std::size_t>(upto(static_cast<int>(asked.size()) - 1))];
    switch (upto(11)) {
      case 0:
        driver.advance(std::chrono::milliseconds(upto(300)));
        break;
      case 1:
        if (!text.empty()) desk->take(text).fail("not now");
        break;
      case 2:
        if (!text.empty()) static_cast<void>(desk->take(text));
        break;
      case 3:
        if (upto(9) == 0) {
          driver.crash();
          driver.start();
        } else if (upto(4) == 0) {
          driver.rewind("input", upto(kPartitions - 1));
        }
        break;
      case 4:
      case 5: {
        const int partition = upto(kPartitions - 1);
        const int number = fed[static_cast<std::size_t>(partition)]++;
        driver.feed("input", {to(partition, std::to_string(partition) + "/" + std::to_string(number))});
        break;
      }
      default:
        if (!text.empty()) desk->answer(text);
    }
    driver.run();
  }
  for (int round = 0; round < 1000 && !driver.settle(0ms); ++round) {
    for (const std::string& text : desk->asked()) desk->answer(text);
    driver.advance(10ms);
  }
  ASSERT_TRUE(driver.settle(0ms));
  const std::vector<std::string> dead = driver.values("dead");
  std::set<std::string> seen(dead.begin(), dead.end());
  std::vector<int> last(kPartitions, -1);
  for (const std::string& value : driver.values("output")) {
    const std::string text = value.substr(0, value.size() - 1);
    if (!seen.insert(text).second) continue;
    const auto partition = static_cast<std::size_t>(text[0] - '0');
    const int number = std::stoi(text.substr(2));
    EXPECT_GT(number, last[partition]) << "partition " << partition;
    last[partition] = number;
  }
  for (int partition = 0; partition < kPartitions; ++partition) {
    const int count = fed[static_cast<std::size_t>(partition)];
    EXPECT_EQ(driver.committed("input", partition), count);
    for (int number = 0; number < count; ++number)
      EXPECT_TRUE(seen.contains(std::to_string(partition) + "/" + std::to_string(number)));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AsyncMapPropertyTest, ::testing::Range(1U, 31U));

// By hand: what the driver cannot see.

auto one_step(const SharedDesk& desk, AsyncMapOptions options) {
  return test::StepHarness<Bytes, Bytes>(AsyncMap(
      "ask", [desk](const Bytes& bytes, Reply<Bytes> reply) { desk->add(bytes.str(), std::move(reply)); },
      options));
}

TEST(AsyncMapStepTest, WakesTheWorkerOnceUntilItHasLooked) {
  const auto desk = std::make_shared<Desk>();
  auto step = one_step(desk, {});
  for (const char* text : {"1", "2", "3"}) step.feed(Bytes::copy_of(text));
  EXPECT_EQ(step.context.wakes, 0);
  std::thread([&desk] {
    desk->answer("1");
    desk->answer("2");
  }).join();
  EXPECT_EQ(step.context.wakes, 1);
  EXPECT_THAT(step.payloads(), IsEmpty()) << "nothing is sent on by another thread";
  step.poll();
  EXPECT_THAT(step.payloads(), SizeIs(2));
  desk->answer("3");
  EXPECT_EQ(step.context.wakes, 2);
}

TEST(AsyncMapStepTest, SaysWhenTheNextAttemptIsDue) {
  const auto desk = std::make_shared<Desk>();
  auto step = one_step(desk, {.timeout = 2s, .max_attempts = 2, .backoff = 100ms, .jitter = 0.0});
  EXPECT_EQ(step.poll(), Operator::kNever);
  step.feed(Bytes::copy_of("1"));
  EXPECT_EQ(step.poll(), 2s);
  desk->take("1").fail("no");
  step.context.time = 1s;
  EXPECT_EQ(step.poll(), 1100ms);
  step.context.time = 1100ms;
  EXPECT_EQ(step.poll(), 3100ms);
  EXPECT_EQ(step.context.retries, 1);
  desk->answer("1");
  EXPECT_EQ(step.poll(), Operator::kNever);
}

TEST(AsyncMapStepTest, JitterShortensThePauseByItsShareAtMost) {
  const auto desk = std::make_shared<Desk>();
  auto step = one_step(
      desk, {.ordered = false, .timeout = std::nullopt, .max_attempts = 2, .backoff = 100ms, .jitter = 0.5});
  std::vector<std::chrono::nanoseconds> pauses;
  for (std::int64_t offset = 0; offset < 20; ++offset) {
    Envelope envelope;
    envelope.origin = {"t", 0, offset};
    step.feed(Bytes::copy_of("1"), envelope);
    desk->take("1").fail("no");
    pauses.push_back(step.poll());
    EXPECT_GE(pauses.back(), 50ms);
    EXPECT_LE(pauses.back(), 100ms);
    step.step().forget(0);
  }
  std::sort(pauses.begin(), pauses.end());
  EXPECT_GT(std::unique(pauses.begin(), pauses.end()) - pauses.begin(), 10)
      << "they do not come again together";
}

TEST(AsyncMapStepTest, IsBlockedWhileItIsFullAndNoLonger) {
  const auto desk = std::make_shared<Desk>();
  auto step = one_step(desk, {.max_in_flight = 2});
  step.feed(Bytes::copy_of("1"));
  EXPECT_FALSE(step.context.blocked);
  step.feed(Bytes::copy_of("2"));
  EXPECT_TRUE(step.context.blocked);
  step.feed(Bytes::copy_of("3"));
  desk->answer("1");
  step.poll();
  EXPECT_TRUE(step.context.blocked) << "the third has taken the room";
  desk->answer("2");
  step.poll();
  EXPECT_FALSE(step.context.blocked);
  EXPECT_EQ(step.context.open_holds(), 1);
  desk->answer("3");
  step.poll();
  EXPECT_EQ(step.context.open_holds(), 0);
}

TEST(AsyncMapStepTest, FailsAfterItsAttemptsWithTheEnvelopeAsItCame) {
  const auto desk = std::make_shared<Desk>();
  auto step = one_step(desk, {.max_attempts = 1});
  step.feed(Bytes::copy_of("1"), test::full_envelope());
  desk->take("1").fail("503");
  step.poll();
  ASSERT_THAT(step.context.refused, SizeIs(1));
  EXPECT_EQ(step.context.refused[0].text, "503");
  EXPECT_EQ(step.context.refused[0].attempts, 1);
  EXPECT_EQ(step.context.refused[0].envelope.key, "key");
  EXPECT_EQ(step.context.refused[0].envelope.origin, test::full_envelope().origin);
  EXPECT_EQ(step.context.open_holds(), 0);
}

}  // namespace
}  // namespace streams::runtime
