#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <boost/describe.hpp>

#include <streams/codec/json.hpp>

#include "unit/codec/codec_text.hpp"

namespace {

using namespace streams;
using namespace streams_test;
using AsJson = JsonCodec<std::string>;

struct Sparse {
  std::optional<int> first;
  std::optional<int> second;
  int third = 3;
  std::optional<int> fourth;
};
BOOST_DESCRIBE_STRUCT(Sparse, (), (first, second, third, fourth))

struct OnlyOptional {
  std::optional<int> a;
  std::optional<int> b;
};
BOOST_DESCRIBE_STRUCT(OnlyOptional, (), (a, b))

struct Sample {
  std::map<std::string, double> values;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (values))

struct Report {
  std::string title;
  std::vector<Sample> samples;
};
BOOST_DESCRIBE_STRUCT(Report, (), (title, samples))

enum class Color { red };
BOOST_DESCRIBE_ENUM(Color, red)

TEST(JsonWriteTest, LeavesEmptyOptionalsOutWhereverTheyStand) {
  EXPECT_EQ(encode(Sparse{}), R"({"third":3})");
  EXPECT_EQ(encode(Sparse{1, {}, 3, 4}), R"({"first":1,"third":3,"fourth":4})");
  EXPECT_EQ(encode(Sparse{{}, 2, 3, {}}), R"({"second":2,"third":3})");
  EXPECT_EQ(encode(OnlyOptional{}), "{}");
  EXPECT_EQ(encode(OnlyOptional{1, 2}), R"({"a":1,"b":2})");
  EXPECT_EQ(encode(OnlyOptional{{}, 2}), R"({"b":2})");
}

TEST(JsonWriteTest, WritesAnEmptyOptionalInAnArrayAsNull) {
  EXPECT_EQ(encode(std::vector<std::optional<int>>{1, {}, 3}), "[1,null,3]");
}

TEST(JsonWriteTest, EscapesWhatMustBeEscapedAndNothingElse) {
  EXPECT_EQ((encode<std::string, AsJson>("a\"b\\c\n\r\t\b\f/\x01\x1f\x7f")),
            "\"a\\\"b\\\\c\\n\\r\\t\\b\\f/\\u0001\\u001f\x7f\"");
  EXPECT_EQ((encode<std::string, AsJson>("é€😀")), "\"é€😀\"");
  EXPECT_EQ((encode<std::string, AsJson>("")), "\"\"");
}

TEST(JsonWriteTest, FindsACharacterToEscapeAtEveryPlaceOfAStringOfAnyLength) {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char special : {'"', '\\', '\n', '\0', '\x1f'}) {
        std::string text(size, 'x');
        text[at] = special;
        const std::string json = encode<std::string, AsJson>(text);
        EXPECT_GT(json.size(), size + 2);
        EXPECT_EQ((decode<std::string, AsJson>(json)), text);
      }
      for (const char plain : {' ', '!', '#', '[', ']', '~', '\x7f'}) {
        std::string text(size, 'x');
        text[at] = plain;
        EXPECT_EQ((encode<std::string, AsJson>(text)), '"' + text + '"');
      }
    }
  }
}

TEST(JsonWriteTest, WritesTheShortestNumberThatReadsBackTheSame) {
  EXPECT_EQ(encode(0.1), "0.1");
  EXPECT_EQ(encode(0.1f), "0.1");
  EXPECT_EQ(encode(3.0), "3");
  EXPECT_EQ(encode(-0.0), "-0");
  EXPECT_EQ(encode(1e300), "1e+300");
  EXPECT_EQ(encode(5e-324), "5e-324");
  EXPECT_EQ(encode(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_TRUE(std::signbit(decode<double>("-0")));
}

TEST(JsonWriteTest, RefusesInfinityAndNanByPath) {
  const double inf = std::numeric_limits<double>::infinity();
  const Report report{"a,\"[{", {{{{"x", 1.0}}}, {{{"x", 1.0}, {"y z", inf}}}}};
  EXPECT_EQ(encode_error(report),
            R"($.samples[1].values["y z"]: infinity and NaN cannot be written as JSON)");
  EXPECT_EQ(encode_error(std::vector<float>{1, NAN}), "$[1]: infinity and NaN cannot be written as JSON");
}

TEST(JsonWriteTest, RefusesStringsThatAreNotUtf8ByPath) {
  EXPECT_EQ(encode_error(Report{"\xff", {}}), "$.title: the string is not valid UTF-8, which JSON needs");
  EXPECT_EQ(
      encode_error(std::vector<std::string>{"a", "a long string that ends in half a character \xe2\x82"}),
      "$[1]: the string is not valid UTF-8, which JSON needs");
}

TEST(JsonWriteTest, RefusesAnEnumeratorWithoutAName) {
  EXPECT_EQ(encode(Color::red), R"("red")");
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): such a value is what is tested.
  EXPECT_EQ(encode_error(std::vector{Color::red, static_cast<Color>(7)}),
            "$[1]: the enumeration has a value without a name");
}

TEST(JsonWriteTest, NamesThePathOfItsOwnValueBehindOtherTextInTheOutput) {
  Output out;
  out.write("[[{\"other\":");
  try {
    Codec<std::vector<double>>::encode({NAN}, out);
    FAIL() << "NaN was written";
  } catch (const CodecError& error) {
    EXPECT_STREQ(error.what(), "$[0]: infinity and NaN cannot be written as JSON");
  }
}

TEST(JsonWriteTest, WritesValuesThatOutgrowAChunkOfTheOutput) {
  const std::vector<std::string> big(3000, std::string(1000, 'x') + "\n");
  EXPECT_EQ(decode<std::vector<std::string>>(encode(big)), big);
}

}  // namespace
