#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <boost/describe.hpp>

#include <streams/codec/json.hpp>

#include "unit/codec/codec_text.hpp"

namespace {

using namespace streams;
using namespace streams_test;

enum class Level { kInfo, kError };
BOOST_DESCRIBE_ENUM(Level, kInfo, kError)

struct Point {
  int x = 0;
  int y = 0;
  bool operator==(const Point&) const = default;
};
BOOST_DESCRIBE_STRUCT(Point, (), (x, y))

struct Named : Point {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Named, (Point), (name))

struct Tree {
  int value = 0;
  std::vector<Tree> children;
  std::unique_ptr<Tree> next;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (value, children, next))

struct Empty {};
BOOST_DESCRIBE_STRUCT(Empty, (), ())

struct Unsupported {
  int fine = 0;
  void* bad = nullptr;
};
BOOST_DESCRIBE_STRUCT(Unsupported, (), (fine, bad))

struct Plain {};

TEST(JsonReadTest, KnowsAtCompileTimeWhichTypesHaveACodec) {
  static_assert(Codec<Point>::name == "json");
  static_assert(Encodable<std::vector<Point>> && Encodable<Json> && Encodable<int> && Encodable<Tree>);
  static_assert(Encodable<std::variant<int, std::string>> && Encodable<std::tuple<int, bool>>);
  static_assert(!Encodable<Unsupported> && !Encodable<std::vector<Unsupported>> && !Encodable<Plain>);
  static_assert(!Encodable<std::map<std::string, std::optional<Plain>>> &&
                !Encodable<std::variant<int, Plain>>);
  static_assert(!Encodable<char> && !Encodable<const char*>);
  static_assert(json::first_unsupported_member<Unsupported>() == "bad");
  static_assert(json::first_unsupported_member<Point>().empty());
}

TEST(JsonReadTest, TakesFieldsInAnyOrderAndIgnoresUnknownOnes) {
  EXPECT_EQ(decode<Point>(R"({"x":1,"y":2})"), (Point{1, 2}));
  EXPECT_EQ(decode<Point>(R"({"y":2,"x":1})"), (Point{1, 2}));
  EXPECT_EQ(decode<Point>(R"({"z":{"a":[1,{"x":9}]},"y":2,"w":"]}","x":1,"v":null})"), (Point{1, 2}));
}

TEST(JsonReadTest, TakesBlanksAnywhere) {
  EXPECT_EQ(decode<Point>(" \n{ \"x\" : 1 ,\t\"y\" :\r\n 2 } \n"), (Point{1, 2}));
  EXPECT_EQ(decode<std::vector<int>>("[ ]"), std::vector<int>());
  EXPECT_EQ(decode<std::vector<int>>(" [ 1 , 2 ] "), (std::vector<int>{1, 2}));
  EXPECT_EQ(decode<int>("  7  "), 7);
}

TEST(JsonReadTest, TakesTheLastValueOfADuplicateField) {
  EXPECT_EQ(decode<Point>(R"({"x":1,"y":2,"x":3})"), (Point{3, 2}));
  using Map = std::map<std::string, std::vector<int>>;
  EXPECT_EQ(decode<Map>(R"({"a":[1,2],"a":[3]})"), (Map{{"a", {3}}}));
}

TEST(JsonReadTest, MatchesKeysThatAreWrittenWithEscapes) {
  EXPECT_EQ(decode<Point>(R"({"\u0078":1,"y":2})"), (Point{1, 2}));
  using Map = std::map<std::string, int>;
  EXPECT_EQ(decode<Map>(R"({"a\"b":1})"), (Map{{"a\"b", 1}}));
}

TEST(JsonReadTest, DoesNotTakeAKeyThatOnlyBeginsLikeAField) {
  EXPECT_EQ(decode_error<Point>(R"({"xx":1,"y":2})"), "$.x: this field is required and is missing");
  EXPECT_EQ(decode_error<Point>(R"({"x\"":1,"y":2})"), "$.x: this field is required and is missing");
}

TEST(JsonReadTest, ReadsInheritedFieldsFirst) {
  const auto named = decode<Named>(R"({"x":1,"y":2,"name":"n"})");
  EXPECT_EQ(named.y, 2);
  EXPECT_EQ(encode(named), R"({"x":1,"y":2,"name":"n"})");
}

TEST(JsonReadTest, ReadsTypesThatContainThemselves) {
  const std::string text =
      R"({"value":1,"children":[{"value":2,"children":[]}],"next":{"value":3,"children":[]}})";
  const auto tree = decode<Tree>(text);
  EXPECT_EQ(tree.children.at(0).value, 2);
  EXPECT_EQ(tree.next->value, 3);
  EXPECT_EQ(encode(tree), text);
}

template <class I>
void expect_limits() {
  using Limits = std::numeric_limits<I>;
  EXPECT_EQ(decode<I>(std::to_string(Limits::max())), Limits::max());
  EXPECT_EQ(decode<I>(std::to_string(Limits::min())), Limits::min());
  EXPECT_EQ(encode(Limits::max()), std::to_string(Limits::max()));
  EXPECT_EQ(encode(Limits::min()), std::to_string(Limits::min()));
  const std::string fault = std::string("$: the number does not fit ") +
                            (Limits::is_signed ? "a signed " : "an unsigned ") +
                            std::to_string(sizeof(I) * 8) + "-bit integer";
  if constexpr (sizeof(I) < 8) {
    EXPECT_EQ(decode_error<I>(std::to_string(std::int64_t{Limits::max()} + 1)), fault);
    EXPECT_EQ(decode_error<I>(std::to_string(std::int64_t{Limits::min()} - 1)), fault);
  }
}

TEST(JsonReadTest, ReadsEveryIntegerTypeExactlyUpToItsLimits) {
  expect_limits<std::int8_t>();
  expect_limits<std::uint8_t>();
  expect_limits<std::int16_t>();
  expect_limits<std::uint16_t>();
  expect_limits<std::int32_t>();
  expect_limits<std::uint32_t>();
  expect_limits<std::int64_t>();
  expect_limits<std::uint64_t>();
  EXPECT_EQ(decode<std::int64_t>("-0"), 0);
  EXPECT_EQ(decode<std::uint64_t>("-0"), 0u);
  EXPECT_EQ(decode_error<std::int64_t>("9223372036854775808"),
            "$: the number does not fit a signed 64-bit integer");
  EXPECT_EQ(decode_error<std::int64_t>("-9223372036854775809"),
            "$: the number does not fit a signed 64-bit integer");
  EXPECT_EQ(decode_error<std::uint64_t>("18446744073709551616"), "$: the number does not fit 64 bits");
  EXPECT_EQ(decode_error<std::uint64_t>("100000000000000000000000000"), "$: the number does not fit 64 bits");
  EXPECT_EQ(decode_error<std::uint64_t>("-1"), "$: the number does not fit an unsigned 64-bit integer");
}

TEST(JsonReadTest, RefusesFractionsWhereAnIntegerIsExpected) {
  const std::string fault = "$: expected an integer, found a number with a fraction or an exponent";
  EXPECT_EQ(decode_error<int>("1.0"), fault);
  EXPECT_EQ(decode_error<int>("1e3"), fault);
  EXPECT_EQ(decode_error<int>("-0.5"), fault);
}

TEST(JsonReadTest, RefusesNumbersThatJsonDoesNotKnow) {
  for (const char* text :
       {"01", "-", "-01", "+1", "1.", ".5", "1e", "1e+", "0x10", "1a", "1 2", "--1", "NaN", "Infinity"}) {
    EXPECT_NE(decode_error<int>(text), "no error") << text;
    EXPECT_NE(decode_error<double>(text), "no error") << text;
    EXPECT_NE(decode_error<Json>(text), "no error") << text;
    EXPECT_NE(decode_error<std::vector<double>>("[" + std::string(text) + "]"), "no error") << text;
    EXPECT_NE(decode_error<std::vector<Json>>("[" + std::string(text) + "]"), "no error") << text;
  }
}

TEST(JsonReadTest, ReadsFloatingPointNumbers) {
  EXPECT_EQ(decode<double>("0.1"), 0.1);
  EXPECT_EQ(decode<double>("-1.5e-3"), -1.5e-3);
  EXPECT_EQ(decode<double>("42"), 42.0);
  EXPECT_EQ(decode<float>("0.1"), 0.1f);
  EXPECT_EQ(decode<double>("5e-324"), 5e-324);
  EXPECT_EQ(decode<double>("1e-400"), 0.0);
  EXPECT_EQ(decode<double>("1.7976931348623157e308"), std::numeric_limits<double>::max());
  EXPECT_EQ(decode_error<double>("1e400"), "$: the number does not fit a floating-point value");
  EXPECT_EQ(decode_error<float>("1e40"), "$: the number does not fit a floating-point value");
  EXPECT_EQ(decode_error<double>("-" + std::string(400, '9')),
            "$: the number does not fit a floating-point value");
}

TEST(JsonReadTest, ReadsStringsWithEscapes) {
  using Strings = std::vector<std::string>;
  EXPECT_EQ(decode<Strings>(R"(["","a\n\t\"\\\/\b\f\r","\u00e9\u20AC\ud83d\ude00","plain é€😀"])"),
            (Strings{"", "a\n\t\"\\/\b\f\r", "é€😀", "plain é€😀"}));
  EXPECT_EQ(decode<Strings>(R"(["\u0000"])"), (Strings{std::string(1, '\0')}));
  for (const char* text : {R"(["\x"])", R"(["\u12"])", R"(["\u12g4"])"}) {
    EXPECT_EQ(decode_error<Strings>(text), "$[0]: a string has an escape that JSON does not know") << text;
    EXPECT_EQ(decode_error<std::vector<Json>>(text), "$[0]: a string has an escape that JSON does not know")
        << text;
  }
  for (const char* text : {R"(["\ud83d"])", R"(["\ude00"])", R"(["\ud83d\u0041"])"}) {
    EXPECT_EQ(decode_error<Strings>(text), "$[0]: a string has half a surrogate pair, which is no character")
        << text;
  }
}

TEST(JsonReadTest, ReadsContainersTuplesAndNull) {
  EXPECT_EQ((decode<std::array<int, 3>>("[1,2,3]")), (std::array<int, 3>{1, 2, 3}));
  EXPECT_EQ((decode<std::set<int>>("[3,1,3]")), (std::set<int>{1, 3}));
  EXPECT_EQ((decode<std::vector<bool>>("[true,false]")), (std::vector<bool>{true, false}));
  EXPECT_EQ((decode<std::pair<int, std::string>>(R"([1,"a"])")), (std::pair<int, std::string>{1, "a"}));
  EXPECT_EQ((decode<std::tuple<int, bool, Point>>(R"([1,true,{"x":1,"y":2}])")),
            (std::tuple{1, true, Point{1, 2}}));
  EXPECT_EQ((decode<std::unordered_map<std::string, int>>(R"({"a":1,"b":2})")),
            (std::unordered_map<std::string, int>{{"a", 1}, {"b", 2}}));
  EXPECT_EQ((decode<std::map<std::int16_t, bool>>(R"({"-7":true})")),
            (std::map<std::int16_t, bool>{{-7, true}}));
  EXPECT_EQ((decode<std::map<Level, int>>(R"({"kError":1})")), (std::map<Level, int>{{Level::kError, 1}}));
  EXPECT_EQ((decode<std::optional<int>>("null")), std::nullopt);
  EXPECT_EQ((decode<std::tuple<std::monostate, std::nullptr_t>>("[null,null]")),
            (std::tuple<std::monostate, std::nullptr_t>{}));
  EXPECT_EQ(decode<Level>(R"("kError")"), Level::kError);
  EXPECT_EQ(encode(decode<Empty>(R"({"a":1})")), "{}");
}

TEST(JsonReadTest, LetsOptionalElementsAtTheEndOfATupleBeAbsent) {
  using Tuple = std::tuple<int, std::optional<int>, std::optional<Json>>;
  EXPECT_EQ(decode<Tuple>("[1]"), (Tuple{1, std::nullopt, std::nullopt}));
  EXPECT_EQ(decode<Tuple>("[1,2]"), (Tuple{1, 2, std::nullopt}));
  EXPECT_EQ(decode_error<Tuple>("[]"), "$: expected 3 elements, found 0");
}

TEST(JsonReadTest, KeepsTheTextOfAJsonValueAsItCame) {
  const std::string text = R"({ "b" : [1.50, 1e2,"\u00e9"],  "a":null})";
  EXPECT_EQ(decode<Json>("  " + text + " \n").text(), text);
  EXPECT_EQ(decode<std::vector<Json>>("[ 1.0 ,\"x\" , true]"),
            (std::vector<Json>{Json::parse("1.0"), Json::parse("\"x\""), Json::parse("true")}));
  EXPECT_EQ(Json().text(), "null");
  EXPECT_EQ(Json::of(Point{1, 2}).text(), R"({"x":1,"y":2})");
  EXPECT_EQ(Json::of(std::string("a\"")).text(), R"("a\"")");
  EXPECT_EQ(Json::parse(R"({"x":1,"y":2})").as<Point>(), (Point{1, 2}));
  EXPECT_EQ(Json::parse("12").as<int>(), 12);
  EXPECT_EQ(Json::parse("-12").kind(), Json::Kind::kNumber);
  EXPECT_EQ(Json::parse("[]").kind(), Json::Kind::kArray);
  EXPECT_THROW(Json::parse("1 2"), CodecError);
  EXPECT_THROW(Json::parse(""), CodecError);
}

// A conversion may itself read JSON, for instance out of a string.
struct Wrapped {
  Point point;
};

}  // namespace

template <>
struct streams::json::Convert<Wrapped> {
  static constexpr unsigned kinds = kString;
  static bool read(Reader& reader, Wrapped& out) {
    std::string text;
    if (!reader.read_string(text)) return false;
    JsonCodec<Point>::decode(std::string_view(text), out.point);
    return true;
  }
  static void write(Writer& writer, const Wrapped& value) { writer.string(Json::of(value.point).text()); }
};

namespace {

TEST(JsonReadTest, LetsAnAuthorsConversionReadJsonInsideJson) {
  const std::string text = R"([["{\"x\":1,\"y\":2}","{\"y\":4,\"x\":3}"],[1,2]])";
  const auto value = decode<std::tuple<std::vector<Wrapped>, std::vector<int>>>(text);
  EXPECT_EQ(std::get<0>(value).at(1).point, (Point{3, 4}));
  EXPECT_EQ(std::get<1>(value), (std::vector<int>{1, 2}));
  EXPECT_EQ(encode(value), R"([["{\"x\":1,\"y\":2}","{\"x\":3,\"y\":4}"],[1,2]])");
}

}  // namespace
