#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include <streams/sink/dev_null_sink.hpp>

#include "support/step_harness.hpp"

namespace streams {
namespace {

using namespace std::chrono_literals;
using test::StepHarness;

std::vector<std::string> faults_of(const DevNullOptions& options) {
  return detail::dev_null_faults(detail::dev_null_options(options));
}

StepHarness<int> sink(const DevNullOptions& options = {}) {
  return StepHarness<int>(DevNullSink("devnull", options));
}

TEST(DevNullTest, IsDoneAtOnceWithoutOptions) {
  auto step = sink();
  step.feed(1);
  EXPECT_EQ(step.context.open_holds(), 0);
  EXPECT_EQ(step.step().poll(0s), Operator::kNever);
  EXPECT_EQ(step.context.drops, 0);
}

TEST(DevNullTest, HoldsItsRecordsUntilTheBatchIsFull) {
  auto step = sink({.batch_size = 3});
  step.feed(1);
  step.feed(2);
  EXPECT_EQ(step.context.open_holds(), 1);
  EXPECT_EQ(step.step().poll(1h), Operator::kNever);
  step.feed(3);
  EXPECT_EQ(step.context.open_holds(), 0);
  EXPECT_FALSE(step.context.blocked);
}

TEST(DevNullTest, KeepsOneHoldPerEpochOfABatch) {
  auto step = sink({.batch_size = 5});
  step.feed(1);
  step.feed(2);
  step.context.next_epoch();
  step.feed(3);
  step.feed(4);
  EXPECT_EQ(step.context.open_holds(0), 1);
  EXPECT_EQ(step.context.open_holds(1), 1);
  step.feed(5);
  EXPECT_EQ(step.context.open_holds(0), 0);
  EXPECT_EQ(step.context.open_holds(1), 0);
}

TEST(DevNullTest, WritesABatchThatIsOldEnough) {
  auto step = sink({.batch_size = 100, .batch_time = 5s});
  step.context.time = 10s;
  step.feed(1);
  step.context.time = 12s;
  step.feed(2);
  EXPECT_EQ(step.step().poll(12s), 15s);
  EXPECT_EQ(step.step().poll(15s - 1ns), 15s);
  EXPECT_EQ(step.context.open_holds(), 1);
  EXPECT_EQ(step.step().poll(15s), Operator::kNever);
  EXPECT_EQ(step.context.open_holds(), 0);
}

TEST(DevNullTest, TimesTheNextBatchFromItsFirstRecord) {
  auto step = sink({.batch_time = 5s});
  step.feed(1);
  step.step().poll(5s);
  step.context.time = 100s;
  step.feed(2);
  EXPECT_EQ(step.step().poll(100s), 105s);
}

/// A sink of batches of two, each of which waits between 50 and 150 ms.
class SlowDevNullTest : public testing::Test {
 protected:
  StepHarness<int> step = sink({.batch_size = 2, .average_sleep_time = 100ms, .max_sleep_time = 1s});
  std::chrono::nanoseconds poll() { return step.step().poll(step.context.time); }
  void feed_batch() {
    step.feed(1);
    step.feed(2);
  }
};

TEST_F(SlowDevNullTest, LetsABatchWaitForItsDelay) {
  feed_batch();
  EXPECT_EQ(step.context.open_holds(), 1);
  EXPECT_FALSE(step.context.blocked);
  const auto due = poll();
  EXPECT_GE(due, 50ms);
  EXPECT_LE(due, 150ms);
  step.context.time = due - 1ns;
  EXPECT_EQ(poll(), due);
  EXPECT_EQ(step.context.open_holds(), 1);
  step.context.time = due;
  EXPECT_EQ(poll(), Operator::kNever);
  EXPECT_EQ(step.context.open_holds(), 0);
}

TEST_F(SlowDevNullTest, BlocksWhileOneBatchWaitsAndTheNextIsFull) {
  feed_batch();
  const auto first = poll();
  step.feed(3);
  EXPECT_FALSE(step.context.blocked);
  step.feed(4);
  EXPECT_TRUE(step.context.blocked);
  step.context.time = first;
  const auto second = poll();
  EXPECT_FALSE(step.context.blocked);
  EXPECT_GE(second - first, 50ms);
  EXPECT_LE(second - first, 150ms);
  step.context.time = second;
  EXPECT_EQ(poll(), Operator::kNever);
  EXPECT_EQ(step.context.open_holds(), 0);
  EXPECT_EQ(step.context.blocked_changes, 2);
}

TEST_F(SlowDevNullTest, TakesWhatStillArrivesWhileBlocked) {
  for (int i = 0; i < 5; ++i) feed_batch();
  EXPECT_TRUE(step.context.blocked);
  std::chrono::nanoseconds last = 0ns;
  int polls = 0;
  for (auto next = poll(); next != Operator::kNever; next = poll(), ++polls) {
    EXPECT_GE(next - last, 50ms);
    EXPECT_LE(next - last, 150ms);
    last = step.context.time = next;
  }
  EXPECT_EQ(polls, 5);
  EXPECT_EQ(step.context.open_holds(), 0);
  EXPECT_FALSE(step.context.blocked);
}

TEST_F(SlowDevNullTest, FlushEndsTheCollectingAndItsDelayStillCounts) {
  step.context.time = 1s;
  step.feed(1);
  EXPECT_EQ(poll(), Operator::kNever);
  step.step().flush();
  EXPECT_EQ(step.context.open_holds(), 1);
  const auto due = poll();
  EXPECT_GE(due, 1050ms);
  EXPECT_LE(due, 1150ms);
  step.step().flush();
  EXPECT_EQ(poll(), due);
  step.context.time = due;
  poll();
  EXPECT_EQ(step.context.open_holds(), 0);
}

TEST_F(SlowDevNullTest, ReleasesItsHoldsWhenItIsDestroyed) {
  feed_batch();
  step.feed(3);
  EXPECT_GT(step.context.open_holds(), 0);
  step.destroy();
  EXPECT_EQ(step.context.open_holds(), 0);
}

TEST(DevNullTest, NeverWaitsLongerThanTheMaximum) {
  auto step = sink({.average_sleep_time = 100ms, .max_sleep_time = 100ms});
  int capped = 0;
  for (int i = 0; i < 50; ++i) {
    step.feed(i);
    const auto due = step.step().poll(step.context.time);
    const auto delay = due - step.context.time;
    EXPECT_LE(delay, 100ms);
    EXPECT_GE(delay, 50ms);
    capped += delay == 100ms ? 1 : 0;
    step.context.time = due;
    step.step().poll(due);
  }
  EXPECT_GT(capped, 0);
  EXPECT_LT(capped, 50);
}

TEST(DevNullTest, GivesTheSameDelaysInEachRun) {
  const auto delays = [] {
    auto step = sink({.average_sleep_time = 100ms, .max_sleep_time = 1s});
    std::vector<std::chrono::nanoseconds> all;
    for (int i = 0; i < 20; ++i) {
      step.feed(i);
      all.push_back(step.step().poll(step.context.time) - step.context.time);
      step.step().poll(step.context.time += all.back());
    }
    return all;
  };
  EXPECT_EQ(delays(), delays());
  EXPECT_NE(delays()[0], delays()[1]);
}

TEST(DevNullTest, FindsOptionsThatContradictEachOther) {
  EXPECT_TRUE(faults_of({}).empty());
  EXPECT_TRUE(faults_of({.batch_size = 1, .batch_time = 1ms, .average_sleep_time = 1s, .max_sleep_time = 1s})
                  .empty());
  EXPECT_EQ(faults_of({.batch_size = 0}), std::vector<std::string>{"batch_size is 0; it must be at least 1"});
  EXPECT_EQ(faults_of({.batch_time = 0ms}),
            std::vector<std::string>{"batch_time is 0ms; it must be above zero"});
  EXPECT_EQ(faults_of({.average_sleep_time = 1s}),
            std::vector<std::string>{
                "average_sleep_time needs max_sleep_time, the upper bound of a delay; set it too"});
  EXPECT_EQ(faults_of({.average_sleep_time = 6s, .max_sleep_time = 500ms}),
            std::vector<std::string>{
                "max_sleep_time (500ms) is below average_sleep_time (6s); raise it or lower the average"});
  EXPECT_EQ(faults_of({.batch_size = -1, .average_sleep_time = -1ms}).size(), 3u);
}

TEST(DevNullTest, ChecksTheOptionsThatAreInForce) {
  const Node node = DevNullSink("devnull", {.batch_size = 5}).node<int>();
  EXPECT_THROW(node.make({{"batch_size", std::int64_t{0}}}), PipelineError);
  EXPECT_EQ(node.check({{"batch_time", std::string("soon")}}),
            std::vector<std::string>{"batch_time must be a duration, such as 500ms"});
  EXPECT_NE(node.make({}), nullptr);
}

TEST(DevNullTest, NamesAllItsOptionsAlsoThoseThatAreNotSet) {
  const Node node = DevNullSink("devnull", {.batch_size = 500, .batch_time = 5s}).node<int>();
  EXPECT_EQ(node.options, (Options{{"batch_size", std::int64_t{500}},
                                   {"batch_time", std::chrono::milliseconds(5000)},
                                   {"average_sleep_time", {}},
                                   {"max_sleep_time", {}}}));
}

}  // namespace
}  // namespace streams
