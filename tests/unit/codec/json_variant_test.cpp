#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <boost/describe.hpp>

#include <streams/codec/json.hpp>

#include "unit/codec/codec_text.hpp"

namespace {

using namespace streams;
using namespace streams_test;

enum class Mode { on, off };
BOOST_DESCRIBE_ENUM(Mode, on, off)

struct Loose {
  int id = 0;
};
BOOST_DESCRIBE_STRUCT(Loose, (), (id))

struct Tight {
  int id = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Tight, (), (id, name))

struct Deep {
  int id = 0;
  std::string name;
  Loose inner;
};
BOOST_DESCRIBE_STRUCT(Deep, (), (id, name, inner))

template <class V>
std::size_t index_of(std::string_view text) {
  return decode<V>(text).index();
}

TEST(JsonVariantTest, ChoosesByTheKindOfTheValue) {
  using V = std::variant<std::monostate, bool, double, std::string, std::vector<int>, Loose>;
  EXPECT_EQ(index_of<V>("null"), 0u);
  EXPECT_EQ(index_of<V>("true"), 1u);
  EXPECT_EQ(index_of<V>("1.5"), 2u);
  EXPECT_EQ(index_of<V>("1"), 2u);
  EXPECT_EQ(index_of<V>(R"("x")"), 3u);
  EXPECT_EQ(index_of<V>("[1]"), 4u);
  EXPECT_EQ(index_of<V>(R"({"id":1})"), 5u);
}

TEST(JsonVariantTest, TakesIntegersForIntegersAndTheRestForFloatingPoint) {
  using V = std::variant<double, std::int32_t>;
  EXPECT_EQ(index_of<V>("1"), 1u);
  EXPECT_EQ(index_of<V>("1.0"), 0u);
  EXPECT_EQ(index_of<V>("3000000000"), 0u);
  EXPECT_EQ(encode(V(3.0)), "3.0");
  EXPECT_EQ(encode(V(1e300)), "1e+300");
  EXPECT_EQ(encode(V(3)), "3");
}

TEST(JsonVariantTest, ChoosesTheObjectThatLeavesTheFewestMembersUnused) {
  using V = std::variant<Loose, Tight>;
  EXPECT_EQ(index_of<V>(R"({"id":1})"), 0u);
  EXPECT_EQ(index_of<V>(R"({"id":1,"name":"n"})"), 1u);
  EXPECT_EQ(index_of<V>(R"({"id":1,"other":[1,2]})"), 0u);
  EXPECT_EQ(index_of<V>(R"({"name":"n","x":{},"id":1})"), 1u);
}

TEST(JsonVariantTest, CountsAMemberOfTheObjectItselfMoreThanManyInsideIt) {
  using V = std::variant<Loose, Deep>;
  EXPECT_EQ(index_of<V>(R"({"id":1,"name":"n","inner":{"id":1,"a":1,"b":2,"c":3,"d":4}})"), 1u);
  EXPECT_EQ((index_of<std::variant<Loose, std::vector<V>>>(
                R"([{"id":1,"name":"n","inner":{"id":1,"a":1,"b":2}}])")),
            1u);
}

TEST(JsonVariantTest, GoesOnBehindTheChosenValue) {
  using V = std::variant<Loose, Tight>;
  const auto values = decode<std::vector<V>>(R"([{"id":1,"name":"n"},{"id":2},{"id":3,"x":1}])");
  ASSERT_EQ(values.size(), 3u);
  EXPECT_EQ(std::get<Tight>(values[0]).name, "n");
  EXPECT_EQ(std::get<Loose>(values[2]).id, 3);
}

TEST(JsonVariantTest, TakesJsonOnlyWhenNothingElseFits) {
  using V = std::variant<Json, std::vector<int>, Mode, std::string>;
  EXPECT_EQ(index_of<V>("[1]"), 1u);
  EXPECT_EQ(index_of<V>(R"([1,"x"])"), 0u);
  EXPECT_EQ(index_of<V>(R"("on")"), 2u);
  EXPECT_EQ(index_of<V>(R"("other")"), 3u);
}

TEST(JsonVariantTest, SaysWhatAnOnlyCandidateMissesElseThatNothingFits) {
  using V = std::variant<std::string, Tight>;
  EXPECT_EQ(decode_error<std::vector<V>>(R"(["x",{"id":1,"name":2}])"),
            "$[1].name: expected a string, found a number");
  EXPECT_EQ(decode_error<std::vector<V>>(R"(["x",1])"), "$[1]: fits none of the 2 types that may stand here");
  using Two = std::variant<Loose, Tight>;
  EXPECT_EQ((decode_error<std::map<std::string, Two>>(R"({"k":{"id":"x"}})")),
            "$.k: fits none of the 2 types that may stand here");
}

}  // namespace
