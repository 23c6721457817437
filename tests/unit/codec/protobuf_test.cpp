#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <order.pb.h>
#include <required_point.pb.h>

#include <streams/codec/protobuf.hpp>
#include <streams/step/parser.hpp>
#include <streams/step/serializer.hpp>

#include "support/step_harness.hpp"
#include "unit/codec/codec_text.hpp"

namespace {

using namespace streams;
using namespace streams_test;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Binary = ProtobufCodec<Order>;
using AsJson = ProtobufJsonCodec<Order>;

Order sample() {
  Order order;
  order.set_id(9007199254740993);
  order.set_customer_name("Zoë");
  auto* line = order.add_lines();
  line->set_article("pen");
  line->set_count(3);
  return order;
}

TEST(ProtobufTest, IsTheDefaultCodecOfAMessage) {
  static_assert(Encodable<Order>);
  static_assert(Codec<Order>::name == "protobuf");
  static_assert(EncodableIn<Order, ProtobufJsonFormat>);
  static_assert(!EncodableIn<int, ProtobufFormat>);
}

TEST(ProtobufTest, GivesAMessageBackFromItsBytes) {
  const std::string bytes = encode<Order, Binary>(sample());
  EXPECT_EQ(bytes, sample().SerializeAsString());
  const Order order = decode<Order, Binary>(bytes);
  EXPECT_EQ(order.id(), 9007199254740993);
  EXPECT_EQ(order.lines(0).article(), "pen");
}

TEST(ProtobufTest, TakesEmptyBytesForAMessageOfDefaults) {
  EXPECT_EQ((decode<Order, Binary>("").id()), 0);
  EXPECT_EQ((encode<Order, Binary>(Order())), "");
}

TEST(ProtobufTest, RefusesGarbageAndCutOffMessagesInOneClearLine) {
  testing::internal::CaptureStderr();
  const std::string bytes = encode<Order, Binary>(sample());
  EXPECT_EQ((decode_error<Order, Binary>("\xff\xff\xff not a message")),
            "the bytes are not a Protobuf message streams_test.Order (cut off, a text that is not UTF-8, or "
            "written by another schema or format)");
  EXPECT_THAT((decode_error<Order, Binary>(bytes.substr(0, bytes.size() - 1))),
              StartsWith("the bytes are not a"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(ProtobufTest, StepsSayWhatIsNotUtf8InTheirErrorAndNotOnStderr) {
  test::StepHarness<Bytes, Order> parser(Parser<Order>("parser"));
  test::StepHarness<Order, Bytes> serializer(Serializer("serializer"));
  test::StepHarness<Order, Bytes> to_json(Serializer<ProtobufJsonFormat>("to_json"));
  Order order;
  order.set_customer_name("Zo\xeb");
  testing::internal::CaptureStderr();
  parser.feed(Bytes::literal("\x12\x03Zo\xeb"));
  serializer.feed(order);
  to_json.feed(order);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_EQ(parser.context.refused.size(), 1U);
  EXPECT_THAT(parser.context.refused[0].text, HasSubstr("not UTF-8"));
}

TEST(ProtobufTest, LeavesTheLogHandlerOfTheProgramInPlace) {
  static int lines;
  lines = 0;
  auto* const before = google::protobuf::SetLogHandler(
      [](google::protobuf::LogLevel, const char*, int, const std::string&) { ++lines; });
  const std::string bytes("\x12\x03Zo\xeb");
  {
    const test::StepHarness<Bytes, Order> parser(Parser<Order>("parser"));
    EXPECT_FALSE(Order().ParsePartialFromString(bytes));
    EXPECT_EQ(lines, 0);
  }
  EXPECT_FALSE(Order().ParsePartialFromString(bytes));
  EXPECT_EQ(lines, 1);
  google::protobuf::SetLogHandler(before);
}

TEST(ProtobufTest, NamesMissingRequiredFieldsWithoutWritingToStderr) {
  testing::internal::CaptureStderr();
  const std::string only_x("\x08\x05", 2);
  EXPECT_EQ((decode_error<RequiredPoint, ProtobufCodec<RequiredPoint>>(only_x)),
            "Protobuf message streams_test.RequiredPoint: required fields are missing: y");
  EXPECT_EQ((decode_error<RequiredPoint, ProtobufJsonCodec<RequiredPoint>>(R"({"x":1})")),
            "$: this is not the JSON of a Protobuf message streams_test.RequiredPoint "
            "(syntax, a wrong type, or a required field that is missing)");
  RequiredPoint point;
  point.set_y(1);
  EXPECT_THAT((encode_error<RequiredPoint, ProtobufCodec<RequiredPoint>>(point)), HasSubstr("missing: x"));
  EXPECT_THAT((encode_error<RequiredPoint, ProtobufJsonCodec<RequiredPoint>>(point)),
              HasSubstr("missing: x"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(ProtobufTest, RefusesNullBytes) {
  Order order;
  try {
    Codec<Order>::decode(Bytes(), order);
    FAIL() << "null bytes were taken";
  } catch (const CodecError& error) {
    EXPECT_STREQ(error.what(),
                 "expected a Protobuf message streams_test.Order, found a null value (a tombstone)");
  }
}

TEST(ProtobufTest, WritesAndReadsTheJsonMapping) {
  const std::string text = encode<Order, AsJson>(sample());
  EXPECT_EQ(text, R"({"id":"9007199254740993","customerName":"Zoë","lines":[{"article":"pen","count":3}]})");
  EXPECT_EQ((decode<Order, AsJson>(text).SerializeAsString()), sample().SerializeAsString());
  EXPECT_EQ((decode<Order, AsJson>(R"({"customer_name":"A","unknown":1})").customer_name()), "A");
}

TEST(ProtobufTest, NamesTheFieldOfAJsonFaultAndNotItsValue) {
  const std::string error = decode_error<Order, AsJson>(R"({"lines":[{"count":"secret"}]})");
  EXPECT_THAT(error,
              HasSubstr("lines[0].count: this is not the JSON of a Protobuf message streams_test.Order"));
  EXPECT_THAT(error, Not(HasSubstr("secret")));
  EXPECT_THAT((decode_error<Order, AsJson>(R"({"secret" 1})")), Not(HasSubstr("secret")));
}

}  // namespace
