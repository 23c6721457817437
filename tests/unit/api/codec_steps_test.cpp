#include <gtest/gtest.h>

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <streams/step/parser.hpp>
#include <streams/step/serializer.hpp>

#include "support/step_harness.hpp"

namespace streams::codec_steps_test {

struct Order {
  std::int64_t id = 0;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, note))

/// Its codec refuses a value only after having written a part of it.
struct Fragile {
  bool broken = false;
};

/// Cannot be made.
struct Unmakeable {
  Unmakeable() { throw std::runtime_error("no memory for it"); }
};

}  // namespace streams::codec_steps_test

template <>
struct streams::Codec<streams::codec_steps_test::Fragile> {
  static constexpr std::string_view name = "fragile";
  static void decode(const Bytes&, codec_steps_test::Fragile&) {}
  static void encode(const codec_steps_test::Fragile& value, Output& out) {
    out.write("begin");
    if (value.broken) throw CodecError("broken in the middle");
    out.write(" end");
  }
};

template <>
struct streams::Codec<streams::codec_steps_test::Unmakeable> {
  static constexpr std::string_view name = "unmakeable";
  static void decode(const Bytes&, codec_steps_test::Unmakeable&) {}
  static void encode(const codec_steps_test::Unmakeable&, Output&) {}
};

namespace streams::codec_steps_test {
namespace {

using test::full_envelope;
using test::StepHarness;

TEST(ParserTest, TurnsBytesIntoAValueInTheSameEnvelope) {
  StepHarness<Bytes, Order> step(Parser<Order>("parser"));
  step.feed(Bytes::literal(R"({"id": 7, "note": "hello"})"), full_envelope());
  ASSERT_EQ(step.messages().size(), 1u);
  EXPECT_EQ(step.messages()[0].payload.id, 7);
  EXPECT_EQ(step.messages()[0].payload.note, "hello");
  EXPECT_EQ(step.messages()[0].key, "key");
  EXPECT_EQ(step.messages()[0].origin, full_envelope().origin);
}

TEST(ParserTest, DoesNotLeakFieldsOfOneRecordIntoTheNext) {
  StepHarness<Bytes, Order> step(Parser<Order>("parser"));
  step.feed(Bytes::literal(R"({"id": 7, "note": "hello"})"));
  step.feed(Bytes::literal(R"({"id": 8})"));
  ASSERT_EQ(step.messages().size(), 2u);
  EXPECT_EQ(step.messages()[1].payload.note, std::nullopt);
}

TEST(ParserTest, RefusesBytesThatAreNoValue) {
  StepHarness<Bytes, Order> step(Parser<Order>("parser"));
  step.feed(Bytes::literal("not json"), full_envelope());
  step.feed(Bytes::literal(R"({"id": "secret"})"));
  step.feed(Bytes());
  EXPECT_TRUE(step.messages().empty());
  ASSERT_EQ(step.context.refused.size(), 3u);
  EXPECT_EQ(step.context.refused[0].kind, StepErrorKind::parse);
  EXPECT_EQ(step.context.refused[0].envelope.key, "key");
  EXPECT_EQ(step.context.refused[1].text.find("secret"), std::string::npos);
}

TEST(ParserTest, RefusesTheRecordWhenTheValueCannotBeMade) {
  StepHarness<Bytes, Unmakeable> step(Parser<Unmakeable>("parser"));
  step.feed(Bytes::literal("x"));
  ASSERT_EQ(step.context.refused.size(), 1u);
  EXPECT_EQ(step.context.refused[0].text, "no memory for it");
}

TEST(ParserTest, SaysItsFormat) {
  EXPECT_EQ(Parser<Order>("parser").node<Bytes>().options, (Options{{"format", "json"}}));
  EXPECT_EQ((Parser<std::string, RawFormat>("parser").node<Bytes>().options), (Options{{"format", "raw"}}));
}

TEST(SerializerTest, TurnsAValueIntoBytesInTheSameEnvelope) {
  StepHarness<Order, Bytes> step(Serializer("serializer"));
  step.feed({7, std::nullopt}, full_envelope());
  ASSERT_EQ(step.messages().size(), 1u);
  EXPECT_EQ(step.messages()[0].payload, R"({"id":7})");
  EXPECT_EQ(step.messages()[0].key, "key");
  EXPECT_EQ(step.messages()[0].headers, full_envelope().headers);
}

TEST(SerializerTest, RefusesAValueAndLeavesNothingOfItInTheNext) {
  StepHarness<Fragile, Bytes> step(Serializer("serializer"));
  step.feed({.broken = true}, full_envelope());
  step.feed({.broken = false});
  ASSERT_EQ(step.context.refused.size(), 1u);
  EXPECT_EQ(step.context.refused[0].kind, StepErrorKind::serialize);
  EXPECT_EQ(step.context.refused[0].text, "broken in the middle");
  EXPECT_EQ(step.context.refused[0].envelope.key, "key");
  ASSERT_EQ(step.messages().size(), 1u);
  EXPECT_EQ(step.messages()[0].payload, "begin end");
}

TEST(SerializerTest, ValuesStayValidWhileOthersAreWritten) {
  StepHarness<Order, Bytes> step(Serializer("serializer"));
  for (std::int64_t id = 0; id < 1000; ++id) step.feed({id, std::string(600, 'x')});
  ASSERT_EQ(step.messages().size(), 1000u);
  EXPECT_EQ(step.messages()[0].payload.view().substr(0, 9), R"({"id":0,")");
  EXPECT_EQ(step.messages()[999].payload.view().substr(0, 11), R"({"id":999,")");
}

TEST(SerializerTest, SaysItsFormat) {
  EXPECT_EQ(Serializer("serializer").node<Order>().options, (Options{{"format", "json"}}));
}

}  // namespace
}  // namespace streams::codec_steps_test
