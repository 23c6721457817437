#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <streams/step/batch.hpp>

#include "support/step_harness.hpp"

namespace streams {
namespace {

using namespace std::chrono_literals;
using test::full_envelope;
using test::StepHarness;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Texts = std::vector<std::string>;

template <class T = std::string>
StepHarness<T, std::vector<T>> batching(BatchOptions options) {
  return StepHarness<T, std::vector<T>>(Batch("batch", options));
}

std::vector<std::string> faults_of(BatchOptions options) {
  const Node node = Batch("batch", options).node<int>();
  return node.check(node.options);
}

TEST(BatchStepTest, IsFullAtItsNumberAndStartsAgain) {
  auto step = batching({.batch_size = 2});
  for (const char* text : {"a", "b", "c", "d", "e"}) step.feed(text);
  EXPECT_THAT(step.payloads(), ElementsAre(Texts{"a", "b"}, Texts{"c", "d"}));
}

TEST(BatchStepTest, IsFullAtItsBytesWhichAreThoseOfTheSourceWhereThePayloadIsParsed) {
  auto texts = batching({.batch_size_bytes = 5});
  for (const char* text : {"abc", "de", "f"}) texts.feed(text);
  EXPECT_THAT(texts.payloads(), ElementsAre(Texts{"abc", "de"}));

  auto numbers = batching<int>({.batch_size_bytes = 5});
  numbers.context.record_bytes = 3;
  for (const int number : {1, 2, 3}) numbers.feed(number);
  EXPECT_THAT(numbers.payloads(), ElementsAre(std::vector{1, 2}));
}

TEST(BatchStepTest, IsSentWhenItsFirstMessageIsOldEnough) {
  auto step = batching({.batch_timedelta = 3s});
  EXPECT_EQ(step.poll(), Operator::kNever);
  step.context.time = 10s;
  step.feed("a");
  step.context.time = 12s;
  step.feed("b");
  EXPECT_EQ(step.poll(), 13s);
  EXPECT_THAT(step.payloads(), IsEmpty());
  step.context.time = 13s;
  EXPECT_EQ(step.poll(), Operator::kNever);
  EXPECT_THAT(step.payloads(), ElementsAre(Texts{"a", "b"}));
}

TEST(BatchStepTest, WithoutATimeWaitsForever) {
  auto step = batching({.batch_size = 2, .batch_timedelta = std::nullopt});
  step.feed("a");
  step.context.time = 1000h;
  EXPECT_EQ(step.poll(), Operator::kNever);
  EXPECT_THAT(step.payloads(), IsEmpty());
}

TEST(BatchStepTest, HasMessagesOfOnePartitionOnly) {
  auto step = batching({.batch_size = 2});
  for (const auto& [partition, text] :
       std::vector<std::pair<std::uint32_t, std::string>>{{0, "a1"}, {1, "b1"}, {1, "b2"}, {0, "a2"}}) {
    step.context.from_partition = partition;
    step.feed(text);
  }
  EXPECT_THAT(step.payloads(), ElementsAre(Texts{"b1", "b2"}, Texts{"a1", "a2"}));
}

TEST(BatchStepTest, HasTheOriginOfItsFirstMessageTheLatestTimeAndNoKey) {
  auto step = batching({.batch_size = 3});
  const Envelope first = full_envelope();
  Envelope second = full_envelope();
  second.origin.offset += 1;
  second.timestamp = Timestamp(9000ms);
  Envelope third = full_envelope();
  third.origin.offset += 2;
  step.feed("a", first.lend());
  step.feed("b", second.lend());
  step.feed("c", third.lend());
  ASSERT_THAT(step.messages(), SizeIs(1));
  const auto& batch = step.messages()[0];
  EXPECT_EQ(batch.origin, first.origin);
  EXPECT_EQ(batch.timestamp, Timestamp(9000ms));
  EXPECT_TRUE(batch.key.is_null());
  EXPECT_EQ(batch.headers, Headers{});
}

TEST(BatchStepTest, KeepsItsMessagesUncommittedUntilItIsSent) {
  auto step = batching({.batch_size = 2});
  step.feed("a");
  EXPECT_GT(step.context.open_holds(), 0);
  step.feed("b");
  EXPECT_EQ(step.context.open_holds(), 0);
}

TEST(BatchStepTest, SendsWhatItHasWhenItIsToldTo) {
  auto step = batching({.batch_size = 10});
  step.flush();
  EXPECT_THAT(step.payloads(), IsEmpty());
  step.feed("a");
  step.flush();
  EXPECT_THAT(step.payloads(), ElementsAre(Texts{"a"}));
}

TEST(BatchStepTest, ForgetsWhatCameFromAPartitionThatIsGone) {
  auto step = batching({.batch_size = 10});
  step.feed("a");
  step.step().forget(0);
  EXPECT_EQ(step.context.open_holds(), 0);
  step.flush();
  EXPECT_THAT(step.payloads(), IsEmpty());
}

TEST(BatchStepTest, SaysWhichLimitsMakeNoSense) {
  EXPECT_THAT(faults_of({}), IsEmpty());
  EXPECT_THAT(faults_of({.batch_size = 1, .batch_size_bytes = 1, .batch_timedelta = 1ms}), IsEmpty());
  EXPECT_THAT(faults_of({.batch_size = 0, .batch_size_bytes = -1, .batch_timedelta = 0ms}),
              ElementsAre("batch_size must be at least 1", "batch_size_bytes must be at least 1",
                          "batch_timedelta must be at least 1ms"));
  EXPECT_THAT(faults_of({.batch_timedelta = std::nullopt}), ElementsAre(HasSubstr("no limit is set")));
}

}  // namespace
}  // namespace streams
