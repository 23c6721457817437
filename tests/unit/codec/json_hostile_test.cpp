#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <boost/describe.hpp>

#include <streams/codec/json.hpp>

#include "unit/codec/codec_text.hpp"

namespace {

using namespace streams;
using namespace streams_test;

struct Node {
  std::vector<Node> children;
};
BOOST_DESCRIBE_STRUCT(Node, (), (children))

struct Keeper {
  int id = 0;
  Json rest;
};
BOOST_DESCRIBE_STRUCT(Keeper, (), (id, rest))

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonHostileTest, TakesSixtyFourLevelsAndNoMore) {
  EXPECT_EQ(decode<Json>(nested(64)).text(), nested(64));
  EXPECT_EQ(
      decode_error<Json>(nested(65)), "$" + [] {
        std::string path;
        for (int i = 0; i < 64; ++i) path += "[0]";
        return path;
      }() + ": nested deeper than 64 levels");
  // Inside an object the levels around count too, for kept and for skipped values.
  EXPECT_EQ(decode_error<Keeper>(R"({"id":1,"rest":)" + nested(63) + "}"), "no error");
  EXPECT_NE(decode_error<Keeper>(R"({"id":1,"rest":)" + nested(64) + "}"), "no error");
  EXPECT_EQ(decode_error<Keeper>(R"({"id":1,"rest":0,"unknown":)" + nested(63) + "}"), "no error");
  EXPECT_NE(decode_error<Keeper>(R"({"id":1,"rest":0,"unknown":)" + nested(64) + "}"), "no error");
}

TEST(JsonHostileTest, SurvivesAMillionOpenBrackets) {
  for (const char* bracket : {"[", "{\"children\":[", "{\"a\":"}) {
    std::string text;
    for (int i = 0; i < 1'000'000; ++i) text += bracket;
    EXPECT_NE(decode_error<Json>(text), "no error");
    EXPECT_NE(decode_error<Node>(text), "no error");
    EXPECT_NE(decode_error<Keeper>(text), "no error");
    EXPECT_NE(decode_error<Node>(text + "]"), "no error");
  }
  std::string closed = "{\"children\":[]}";
  for (int i = 0; i < 40; ++i) closed.insert(0, "{\"children\":[").append("]}");
  EXPECT_NE(decode_error<Node>(closed), "no error");
}

TEST(JsonHostileTest, SaysWhatIsWrongWithTheWholeText) {
  EXPECT_EQ(decode_error<Keeper>(""), "$: expected JSON, found an empty value");
  EXPECT_EQ(decode_error<Keeper>(" \n"), "$: expected JSON, found an empty value");
  EXPECT_EQ(decode_error<Keeper>("{\"id\":1,\"rest\":\"\xff\"}"), "$: the text is not valid UTF-8");
  EXPECT_EQ(decode_error<Keeper>("{\"\xc0\x80\":1}"), "$: the text is not valid UTF-8");
  EXPECT_EQ(decode_error<Keeper>("{\"id\":1,\"rest\":\"\xed\xa0\x80\"}"), "$: the text is not valid UTF-8");
  EXPECT_EQ(decode_error<Keeper>("{\"id\":1,\"rest\":\"a\nb\"}"),
            "$: a string holds a control character that is not escaped");
  EXPECT_EQ(decode_error<Keeper>("{\"id\":1,\"rest\":\"abc}"),
            "$: a string is not closed: the text is cut off, or a quote in it is not escaped");
  EXPECT_EQ(decode_error<Keeper>("{\"id\":1,\"rest\":0} {}"),
            "$: there is more text after the end of the value");
  EXPECT_EQ(decode_error<Keeper>("{\"id\":1,\"rest\":0}]"),
            "$: there is more text after the end of the value");
  EXPECT_EQ(decode_error<int>("1 1"), "$: there is more text after the end of the value");
  Keeper out;
  try {
    Codec<Keeper>::decode(Bytes(), out);
    FAIL() << "null bytes were taken";
  } catch (const CodecError& error) {
    EXPECT_STREQ(error.what(), "$: expected JSON, found a null value (a tombstone)");
  }
}

// Each byte stands at the end of its own allocation, so that a sanitizer sees any read behind the text.
template <class T>
std::string exact_error(std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  try {
    T value{};
    JsonCodec<T>::decode(std::string_view(exact.data(), exact.size()), value);
  } catch (const CodecError& error) {
    return error.what();
  }
  return "no error";
}

TEST(JsonHostileTest, RefusesEveryTextThatIsCutOff) {
  const std::string text =
      R"({"id":12,"x":[true,false,null,-1.5e+3,"a\u00e9\\"],"y":{"k":{"l":[]}},"rest":{"a":[1,{"b":"c"}]}})";
  ASSERT_EQ(exact_error<Keeper>(text), "no error");
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_NE(exact_error<Keeper>(text.substr(0, size)), "no error") << size;
    EXPECT_NE(exact_error<Json>(text.substr(0, size)), "no error") << size;
    EXPECT_NE((exact_error<std::map<std::string, Json>>(text.substr(0, size))), "no error") << size;
  }
}

TEST(JsonHostileTest, RefusesWrongPunctuation) {
  for (const char* text : {"{\"id\" 1,\"rest\":0}",
                           "{\"id\":1 \"rest\":0}",
                           "{\"id\":1,,\"rest\":0}",
                           "{\"id\":1,\"rest\":0,}",
                           "{,}",
                           "{\"id\":,\"rest\":0}",
                           "{\"id\"::1,\"rest\":0}",
                           "{\"id\":1,\"rest\":0]",
                           "{\"id\":1,\"rest\":}",
                           "{\"id\":1,\"rest\":[1,]}",
                           "{\"id\":1,\"rest\":[,1]}",
                           "{\"id\":1,\"rest\":[1 2]}",
                           "{\"id\":1,\"rest\":{1:2}}",
                           "{\"id\":1,\"rest\":{\"a\"}}",
                           "{\"id\":1,\"rest\":{\"a\":1,}}",
                           "{\"id\":1,\"rest\":[}",
                           "{\"id\":1,\"rest\":{]}",
                           "{\"id\":1,\"rest\":truee}",
                           "{\"id\":1,\"rest\":nul}",
                           "{\"id\":1,\"rest\":true\"x\"}",
                           "{\"id\":1\"x\",\"rest\":0}",
                           "{\"id\":1,\"rest\":\"a\"\"b\"}",
                           "{\"id\":1,\"rest\":\"a\"b}",
                           "{\"id\"x:1,\"rest\":0}",
                           "{id:1,\"rest\":0}",
                           "{'id':1,\"rest\":0}",
                           "{\"id\":1,\"rest\":0}\x0c",
                           "{\"id\":1\x0c,\"rest\":0}",
                           "{\"id\":1\x01,\"rest\":0}",
                           "\xef\xbb\xbf{\"id\":1,\"rest\":0}",
                           "{\"id\":1,\"rest\":0}//",
                           "]",
                           "}",
                           ":",
                           ",",
                           "\"",
                           "\\",
                           "{]",
                           "[}"}) {
    EXPECT_NE(exact_error<Keeper>(text), "no error") << text;
    EXPECT_NE(exact_error<Json>(text), "no error") << text;
    EXPECT_NE((exact_error<std::map<std::string, Json>>(text)), "no error") << text;
    EXPECT_NE((exact_error<std::vector<Json>>(text)), "no error") << text;
  }
}

TEST(JsonHostileTest, RefusesNulBytesBehindAScalar) {
  using namespace std::string_view_literals;
  EXPECT_NE(exact_error<int>("1\0"sv), "no error");
  EXPECT_NE(exact_error<bool>("true\0"sv), "no error");
  EXPECT_NE(exact_error<Json>("1\0"sv), "no error");
  EXPECT_NE(exact_error<std::string>("\"a\"\0"sv), "no error");
}

TEST(JsonHostileTest, StaysUsableAfterAFault) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_NE(decode_error<Keeper>("{\"id\":1,\"rest\":[1,2"), "no error");
    EXPECT_EQ(decode<Keeper>("{\"id\":1,\"rest\":[1,2]}").rest.text(), "[1,2]");
  }
}

}  // namespace
