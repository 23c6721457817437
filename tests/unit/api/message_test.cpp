#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <utility>

#include <streams/message.hpp>

#include "support/step_harness.hpp"

namespace streams {
namespace {

using test::full_envelope;

TEST(MessageTest, WithPutsAnotherPayloadIntoTheSameEnvelope) {
  const Message<int> number(7, full_envelope());
  const Message<std::string> text = number.with(std::string("seven"));
  EXPECT_EQ(text.payload, "seven");
  EXPECT_EQ(text.key, "key");
  EXPECT_EQ(text.headers, number.headers);
  EXPECT_EQ(text.timestamp, number.timestamp);
  EXPECT_EQ(text.origin, number.origin);
}

TEST(MessageTest, WithOnARvalueMovesTheEnvelope) {
  Message<int> number(7, full_envelope());
  BytesOwner* owner = number.key.owner();
  const Message<std::string> text = std::move(number).with(std::string("seven"));
  EXPECT_EQ(text.key.owner(), owner);
  EXPECT_EQ(owner->references(), 1u);
}

TEST(MessageTest, LiteralTextBecomesADecayedPayload) {
  const Message<int> number(7, full_envelope());
  static_assert(std::is_same_v<decltype(number.with("seven")), Message<const char*>>);
  EXPECT_STREQ(number.with("seven").payload, "seven");
}

TEST(MessageTest, PayloadAndMessageDoNotConvertIntoEachOther) {
  static_assert(!std::is_convertible_v<int, Message<int>>);
  static_assert(!std::is_convertible_v<Message<int>, int>);
  static_assert(!std::is_constructible_v<Message<int>, int>);
  static_assert(!std::is_convertible_v<Message<int>, Message<long>>);
  static_assert(kIsMessage<Message<int>> && !kIsMessage<int>);
}

TEST(MessageTest, HasNoKeyTimestampOrOriginByDefault) {
  const Message<int> message;
  EXPECT_TRUE(message.key.is_null());
  EXPECT_EQ(message.timestamp, kNoTimestamp);
  EXPECT_EQ(message.origin, Origin{});
  EXPECT_EQ(message.payload, 0);
}

TEST(EnvelopeTest, IsLentWithAllItsParts) {
  const Envelope whole = full_envelope();
  const Envelope lent = whole.lend();
  EXPECT_EQ(lent.key, whole.key);
  EXPECT_EQ(lent.headers, whole.headers);
  EXPECT_EQ(lent.timestamp, whole.timestamp);
  EXPECT_EQ(lent.origin, whole.origin);
}

}  // namespace
}  // namespace streams
