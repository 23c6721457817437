#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <streams/step/batch_parser.hpp>
#include <streams/step/unbatch.hpp>

#include "support/step_harness.hpp"

// What takes batches apart: Unbatch, and BatchParser where an element is refused.

namespace streams {
namespace {

using test::full_envelope;
using test::StepHarness;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Texts = std::vector<std::string>;
using Unbatching = StepHarness<Texts, std::string>;
using Parsing = StepHarness<std::vector<Bytes>, std::vector<int>>;

Envelope keyed(const std::string& key) {
  Envelope envelope = full_envelope();
  envelope.key = Bytes::copy_of(key);
  return envelope;
}

/// A message that was made of one with each of these keys.
Kept joined(test::FakeStepContext& context, const std::vector<std::string>& keys) {
  std::vector<Kept> parts;
  for (const std::string& key : keys) parts.push_back(context.keep(keyed(key)));
  return context.join(std::move(parts));
}

std::vector<Bytes> bytes_of(const Texts& texts) {
  std::vector<Bytes> all;
  for (const std::string& text : texts) all.push_back(Bytes::copy_of(text));
  return all;
}

TEST(UnbatchStepTest, GivesEachElementTheEnvelopeOfItsMessage) {
  Unbatching step(Unbatch("apart"));
  const Kept whole = joined(step.context, {"k1", "k2"});
  const InHand in_hand(step.context, whole);
  step.feed({"a", "b"}, keyed("batch"));
  EXPECT_THAT(step.payloads(), ElementsAre("a", "b"));
  EXPECT_EQ(step.messages()[0].key, "k1");
  EXPECT_EQ(step.messages()[1].key, "k2");
}

TEST(UnbatchStepTest, GivesElementsTheEnvelopeOfTheBatchWhereTheirNumberIsAnother) {
  Unbatching step(Unbatch("apart"));
  const Kept whole = joined(step.context, {"k1", "k2"});
  const InHand in_hand(step.context, whole);
  step.feed({"a", "b", "c"}, keyed("batch"));
  EXPECT_THAT(step.payloads(), ElementsAre("a", "b", "c"));
  for (const auto& message : step.messages()) {
    EXPECT_EQ(message.key, "batch");
    EXPECT_EQ(message.headers, full_envelope().headers);
    EXPECT_EQ(message.origin, full_envelope().origin);
  }
}

TEST(UnbatchStepTest, CountsAnEmptyBatchAsDropped) {
  Unbatching step(Unbatch("apart"));
  step.feed({});
  EXPECT_THAT(step.payloads(), IsEmpty());
  EXPECT_EQ(step.context.drops, 1);
}

TEST(UnbatchStepTest, EndsEarlyWhenTheWorkerIsStopping) {
  Unbatching step(Unbatch("apart"));
  step.context.stopped = true;
  step.feed({"a", "b"});
  EXPECT_THAT(step.payloads(), IsEmpty());
}

TEST(BatchParserStepTest, ParsesEveryElement) {
  Parsing step(BatchParser<int>("parse"));
  const Kept whole = joined(step.context, {"k1", "k2"});
  const InHand in_hand(step.context, whole);
  step.feed(bytes_of({"1", "2"}), keyed("batch"));
  EXPECT_THAT(step.payloads(), ElementsAre(std::vector{1, 2}));
  EXPECT_EQ(step.messages()[0].key, "batch");
}

TEST(BatchParserStepTest, RefusesABadElementByItselfAndGoesOnWithTheRest) {
  Parsing step(BatchParser<int>("parse"));
  const Kept whole = joined(step.context, {"k1", "k2", "k3"});
  const InHand in_hand(step.context, whole);
  step.feed(bytes_of({"1", "bad", "3"}), keyed("batch"));
  EXPECT_THAT(step.payloads(), ElementsAre(std::vector{1, 3}));
  ASSERT_THAT(step.context.refused, SizeIs(1));
  EXPECT_EQ(step.context.refused[0].kind, StepErrorKind::parse);
  EXPECT_EQ(step.context.refused[0].envelope.key, "k2");
  EXPECT_EQ(step.context.refused[0].text.find("bad"), std::string::npos) << "an error quotes no payload";
}

TEST(BatchParserStepTest, SendsNothingOfABatchOfWhichNothingIsLeft) {
  Parsing step(BatchParser<int>("parse"));
  const Kept whole = joined(step.context, {"k1", "k2"});
  const InHand in_hand(step.context, whole);
  step.feed(bytes_of({"bad", "worse"}), keyed("batch"));
  EXPECT_THAT(step.payloads(), IsEmpty());
  EXPECT_THAT(step.context.refused, SizeIs(2));
}

TEST(BatchParserStepTest, RefusesTheWholeBatchWhereItCannotTellWhichMessageWasBad) {
  Parsing step(BatchParser<int>("parse"));
  step.feed(bytes_of({"1", "bad", "3"}), keyed("batch"));
  EXPECT_THAT(step.payloads(), IsEmpty());
  ASSERT_THAT(step.context.refused, SizeIs(1));
  EXPECT_EQ(step.context.refused[0].envelope.key, "batch");
}

TEST(BatchParserStepTest, StopsAtTheFirstBadElementThatEndsTheRun) {
  Parsing step(BatchParser<int>("parse"));
  step.context.fail_stops = true;
  const Kept whole = joined(step.context, {"k1", "k2", "k3"});
  const InHand in_hand(step.context, whole);
  step.feed(bytes_of({"bad", "2", "worse"}), keyed("batch"));
  EXPECT_THAT(step.payloads(), IsEmpty());
  EXPECT_THAT(step.context.refused, SizeIs(1));
}

}  // namespace
}  // namespace streams
