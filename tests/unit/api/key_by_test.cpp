#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>

#include <streams/step/key_by.hpp>

#include "support/step_harness.hpp"

namespace streams {
namespace {

using test::full_envelope;
using test::StepHarness;

template <class In, class F>
Bytes key_of(F function, In payload) {
  StepHarness<In, In> step(KeyBy("by", std::move(function)));
  step.feed(payload, full_envelope());
  EXPECT_EQ(step.payloads(), std::vector<In>{payload});
  if (step.messages().empty()) return {};
  EXPECT_EQ(step.messages()[0].headers, full_envelope().headers);
  EXPECT_EQ(step.messages()[0].timestamp, full_envelope().timestamp);
  EXPECT_EQ(step.messages()[0].origin, full_envelope().origin);
  return step.messages()[0].key;
}

TEST(KeyByStepTest, WritesTextAsItIs) {
  EXPECT_EQ(key_of([](const std::string& text) { return text; }, std::string("org 7")), "org 7");
  EXPECT_EQ(key_of([](const std::string&) { return "fixed"; }, std::string()), "fixed");
  EXPECT_EQ(
      key_of([](const std::string& text) { return std::string_view(text).substr(0, 1); }, std::string("abc")),
      "a");
}

TEST(KeyByStepTest, WritesWholeNumbersInDecimals) {
  EXPECT_EQ(key_of([](int number) { return number; }, -42), "-42");
  EXPECT_EQ(key_of([](int) { return INT64_MIN; }, 0), "-9223372036854775808");
  EXPECT_EQ(key_of([](int) { return UINT64_MAX; }, 0), "18446744073709551615");
}

TEST(KeyByStepTest, TakesBytesAsTheyAre) {
  const Bytes key = key_of([](int) { return Bytes::copy_of(std::string_view("\0\xff", 2)); }, 1);
  EXPECT_EQ(key.view(), std::string_view("\0\xff", 2));
}

TEST(KeyByStepTest, ShowsTheMessageToAFunctionThatAsksForIt) {
  const Bytes key = key_of(
      [](const Message<int>& message) { return message.key.str() + std::to_string(message.payload); }, 5);
  EXPECT_EQ(key, "key5");
}

TEST(KeyByStepTest, AnEmptyKeyIsAKey) {
  const Bytes key = key_of([](int) { return std::string(); }, 1);
  EXPECT_FALSE(key.is_null());
  EXPECT_EQ(key, "");
}

TEST(KeyByStepTest, RefusesTheRecordWithItsOwnKeyWhenTheFunctionThrows) {
  StepHarness<int, int> step(KeyBy("by", [](int) -> std::string { throw std::runtime_error("no key"); }));
  step.feed(1, full_envelope());
  EXPECT_TRUE(step.messages().empty());
  ASSERT_EQ(step.context.refused.size(), 1U);
  EXPECT_EQ(step.context.refused[0].kind, StepErrorKind::function);
  EXPECT_EQ(step.context.refused[0].envelope.key, "key");
}

TEST(KeyByStepTest, AsksForATopicThatIsPartitionedByTheKey) {
  const auto node = [](KeyByOptions options) {
    return KeyBy(
               "by", [](int number) { return number; }, options)
        .node<int>();
  };
  EXPECT_TRUE(node({}).repartitions);
  EXPECT_EQ(node({}).options, (Options{{"pre_partitioned", false}}));
  EXPECT_EQ(node({.pre_partitioned = true}).options, (Options{{"pre_partitioned", true}}));
}

}  // namespace
}  // namespace streams
