#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/describe.hpp>

#include <streams/codec/json.hpp>

#include "unit/codec/codec_text.hpp"

namespace {

using namespace streams;
using namespace streams_test;

enum class Kind { counter, gauge };
BOOST_DESCRIBE_ENUM(Kind, counter, gauge)

struct Sample {
  int at = 0;
  std::optional<bool> last;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (at, last))

struct Metric {
  std::string name;
  Kind kind{};
  std::map<std::string, std::string> tags;
  std::vector<Sample> values;
};
BOOST_DESCRIBE_STRUCT(Metric, (), (name, kind, tags, values))

std::string metric_error(const std::string& name, const std::string& kind, const std::string& tags,
                         const std::string& values) {
  return decode_error<Metric>(R"({"name":)" + name + R"(,"kind":)" + kind + R"(,"tags":)" + tags +
                              R"(,"values":)" + values + "}");
}

TEST(JsonErrorTest, NamesPathAndBothTypes) {
  EXPECT_EQ(metric_error(R"("n")", R"("gauge")", R"({"sdk":"x","env":7})", "[]"),
            "$.tags.env: expected a string, found a number");
  EXPECT_EQ(metric_error(R"("n")", R"("gauge")", "{}", R"([{"at":1},{"at":2},{"at":true}])"),
            "$.values[2].at: expected an integer, found a boolean");
  EXPECT_EQ(metric_error("null", R"("gauge")", "{}", "[]"), "$.name: expected a string, found null");
  EXPECT_EQ(metric_error(R"("n")", R"("gauge")", "[]", "[]"), "$.tags: expected an object, found an array");
  EXPECT_EQ(metric_error(R"("n")", R"("gauge")", "{}", "{}"), "$.values: expected an array, found an object");
  EXPECT_EQ(metric_error(R"("n")", R"("gauge")", "{}", R"([{"at":1,"last":"x"}])"),
            "$.values[0].last: expected a boolean, found a string");
  EXPECT_EQ(decode_error<Metric>("[]"), "$: expected an object, found an array");
}

TEST(JsonErrorTest, NamesTheByteWhereTheTextIsNotJson) {
  EXPECT_EQ(decode_error<Metric>("not json"), "$: the text is not valid JSON at byte 1");
  EXPECT_EQ(decode_error<Metric>("  tru"), "$: the text is not valid JSON at byte 3");
  EXPECT_EQ(decode_error<Metric>("true"), "$: expected an object, found a boolean");
  EXPECT_EQ(decode_error<Metric>("null "), "$: expected an object, found null");
  EXPECT_EQ(decode_error<Metric>("<html>"), "$: the text is not valid JSON at byte 1");
  EXPECT_EQ(decode_error<Json>("nil"), "$: the text is not valid JSON at byte 1");
  EXPECT_EQ(decode_error<Json>(R"({"a":[1,undefined]})"), "$.a[1]: the text is not valid JSON at byte 9");
  EXPECT_EQ(decode_error<Sample>(R"({"at":12x})"), "$.at: the text is not valid JSON at byte 7");
  EXPECT_EQ(decode_error<Sample>(R"({"at":1,"last":falsely})"),
            "$.last: the text is not valid JSON at byte 16");
  EXPECT_EQ(decode_error<Sample>(R"({"at":1,last:true})"), "$: the text is not valid JSON at byte 9");
}

TEST(JsonErrorTest, ListsTheNamesOfAnEnumeration) {
  EXPECT_EQ(metric_error(R"("n")", R"("set")", "{}", "[]"),
            R"($.kind: expected one of "counter" "gauge", found another string)");
}

TEST(JsonErrorTest, NamesTheMissingField) {
  EXPECT_EQ(decode_error<Metric>("{}"), "$.name: this field is required and is missing");
  EXPECT_EQ(metric_error(R"("n")", R"("gauge")", "{}", R"([{"at":1},{"last":true}])"),
            "$.values[1].at: this field is required and is missing");
}

TEST(JsonErrorTest, QuotesKeysThatAreNoWordsAndCutsLongOnes) {
  using Map = std::map<std::string, int>;
  EXPECT_EQ(decode_error<Map>(R"({"a b":true})"), R"($["a b"]: expected an integer, found a boolean)");
  EXPECT_EQ(decode_error<Map>(R"({"a\"]:{b":true})"),
            R"($["a\"]:{b"]: expected an integer, found a boolean)");
  EXPECT_EQ(decode_error<Map>("{\"" + std::string(100, 'k') + "\":true}"),
            "$[\"" + std::string(64, 'k') + "...\"]: expected an integer, found a boolean");
}

TEST(JsonErrorTest, CountsTheElementsOfPositionalArrays) {
  EXPECT_EQ((decode_error<std::tuple<int, bool>>("[1]")), "$: expected 2 elements, found 1");
  EXPECT_EQ((decode_error<std::tuple<int, bool>>("[1,true,3]")), "$: expected 2 elements, found more");
  EXPECT_EQ((decode_error<std::array<int, 2>>("[1]")), "$: expected 2 elements, found 1");
  EXPECT_EQ((decode_error<std::array<int, 2>>("[1,2,3]")), "$: expected 2 elements, found more");
  EXPECT_EQ((decode_error<std::tuple<int, bool>>("[1,2]")), "$[1]: expected a boolean, found a number");
}

TEST(JsonErrorTest, RefusesMapKeysThatAreNoIntegersInRange) {
  using Map = std::map<unsigned char, int>;
  for (const char* key : {"256", "-1", "x", "", "1 "}) {
    EXPECT_THAT(decode_error<Map>("{\"1\":1,\"" + std::string(key) + "\":1}"),
                testing::EndsWith(": expected a key that is an integer in range"))
        << key;
  }
}

TEST(JsonErrorTest, NeverQuotesValues) {
  using testing::HasSubstr;
  using testing::Not;
  EXPECT_THAT(metric_error(R"("n")", R"("secret")", "{}", "[]"), Not(HasSubstr("secret")));
  EXPECT_THAT(metric_error(R"("n")", R"("gauge")", "{}", R"([{"at":"secret"}])"), Not(HasSubstr("secret")));
  EXPECT_THAT(decode_error<Metric>(R"({"name":secret})"), Not(HasSubstr("secret")));
}

}  // namespace
