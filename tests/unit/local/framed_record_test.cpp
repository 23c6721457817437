#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "base64.hpp"
#include "framed_record.hpp"
#include "utf8.hpp"

namespace {

using namespace streams;
using namespace streams::local;
using namespace std::string_literals;
using testing::HasSubstr;

std::string framed(const Envelope& envelope, const Bytes& payload) {
  std::string out;
  EXPECT_TRUE(append_framed(envelope, payload, out).ok());
  return out;
}

TEST(Base64Test, KnownTexts) {
  const std::array<std::pair<std::string, std::string>, 7> known{{{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"\xff\x00\xfe"s, "/wD+"}}};
  for (const auto& [bytes, text] : known) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64Test, OtherTextsAreRefused) {
  for (const char* text : {"Zg", "Zg=", "Z===", "====", "Zm9*", "Zm=v", "Zm9v\n"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

TEST(Utf8Test, WellFormedTextIsTold) {
  for (const auto& text :
       {""s, "abc\0"s, "\u00e4\u20ac"s, "\xf0\x9f\x98\x80"s, "\xed\x9f\xbf"s, "\xf4\x8f\xbf\xbf"s}) {
    EXPECT_TRUE(is_utf8(text));
  }
  for (const auto& text : {"\x80"s, "\xc3"s, "\xc0\xaf"s, "\xe0\x80\xaf"s, "\xed\xa0\x80"s,
                           "\xf4\x90\x80\x80"s, "\xf8\x88\x80\x80\x80"s, "\xe2\x82"s, "\xff"s}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(FramedRecordTest, ARecordIsOneLineOfJson) {
  Envelope envelope;
  envelope.key = Bytes::copy_of("k\"1");
  envelope.headers = Headers{{"h", Bytes::copy_of("v")}, {"h", Bytes()}, {"e", Bytes::copy_of("")}};
  envelope.timestamp = Timestamp(std::chrono::milliseconds(1700000000123));
  envelope.origin.partition = 3;
  EXPECT_EQ(
      framed(envelope, Bytes::copy_of("line\nbreak")),
      "{\"key\":\"k\\\"1\",\"headers\":[[\"h\",\"v\"],[\"h\",null],[\"e\",\"\"]],\"timestamp\":1700000000123,"
      "\"partition\":3,\"value\":\"line\\nbreak\"}\n");
}

TEST(FramedRecordTest, WhatARecordHasNotIsLeftOut) {
  EXPECT_EQ(framed({}, Bytes()), "{}\n");
  EXPECT_EQ(framed({}, Bytes::copy_of("")), "{\"value\":\"\"}\n");
}

TEST(FramedRecordTest, BytesThatAreNoTextAreBase64) {
  Envelope envelope;
  envelope.key = Bytes::copy_of("k");
  EXPECT_EQ(framed(envelope, Bytes::copy_of("\xff\x00"s)),
            "{\"key\":\"aw==\",\"encoding\":\"base64\",\"value\":\"/wA=\"}\n");
}

TEST(FramedRecordTest, EveryRecordComesBackAsItWas) {
  for (const auto& value : {""s, "text"s, "\xff\xfe\n\0\""s, "\xf0\x9f\x98\x80"s}) {
    Envelope envelope;
    envelope.key = Bytes::copy_of(value);
    envelope.headers = Headers{{"name", Bytes::copy_of(value)}, {"null", Bytes()}};
    envelope.timestamp = Timestamp(std::chrono::milliseconds(7));
    envelope.origin.partition = 9;
    const auto record = parse_framed(framed(envelope, Bytes::copy_of(value)));
    ASSERT_TRUE(record.ok()) << record.status();
    EXPECT_EQ(record->key, value);
    EXPECT_EQ(record->value, value);
    ASSERT_EQ(record->headers.size(), 2U);
    EXPECT_EQ(record->headers[0].first, "name");
    EXPECT_EQ(record->headers[0].second, value);
    EXPECT_EQ(record->headers[1].second, std::nullopt);
    EXPECT_EQ(record->timestamp, 7);
    EXPECT_EQ(record->partition, 9);
  }
}

TEST(FramedRecordTest, AbsentAndNullAreTheSame) {
  const auto record = parse_framed(R"({"key": null, "headers": null, "timestamp": null, "value": null})");
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->key, std::nullopt);
  EXPECT_EQ(record->value, std::nullopt);
  EXPECT_TRUE(record->headers.empty());
  EXPECT_EQ(record->timestamp, std::nullopt);
  EXPECT_EQ(record->partition, 0);
}

TEST(FramedRecordTest, GarbageIsToldWithoutQuotingIt) {
  for (const char* line :
       {"sesame", "[1]", "{\"value\": 5}", "{\"value\": \"sesame\"",
        "{\"headers\": [[\"sesame\"]], \"timestamp\": \"x\"}", "{\"timestamp\": -5}", "{\"partition\": -1}",
        "{\"partition\": 99999999999}", "{\"encoding\": \"sesame\"}",
        "{\"encoding\": \"base64\", \"value\": \"sesame!\"}", "{\"value\": \"\xff\"}"}) {
    const auto record = parse_framed(line);
    ASSERT_FALSE(record.ok()) << line;
    EXPECT_FALSE(record.status().message().empty());
    EXPECT_THAT(std::string(record.status().message()), testing::Not(HasSubstr("sesame")));
  }
}

TEST(FramedRecordTest, AHeaderNameThatIsNoTextIsRefused) {
  Envelope envelope;
  envelope.headers = Headers{{"\xff", Bytes::copy_of("v")}};
  std::string out;
  EXPECT_FALSE(append_framed(envelope, Bytes::copy_of("v"), out).ok());
  EXPECT_EQ(out, "");
}

}  // namespace
