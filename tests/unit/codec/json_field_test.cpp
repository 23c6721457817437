#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <boost/describe.hpp>

#include <streams/codec/json.hpp>

#include "unit/codec/codec_text.hpp"

namespace shop {

enum class Size { small, extra_large };
BOOST_DESCRIBE_ENUM(Size, small, extra_large)
constexpr auto json_fields(const Size*) {
  return streams::json::fields(streams::json::field<Size::extra_large>("extra-large"));
}

struct Article {
  std::string class_;  // NOLINT(readability-identifier-naming): its JSON name is a keyword
  std::string kind;
  int count = 1;
  std::vector<int> sizes = {7};
  std::optional<int> limit;
  Size size{};
};
BOOST_DESCRIBE_STRUCT(Article, (), (class_, kind, count, sizes, limit, size))
constexpr auto json_fields(const Article*) {
  using namespace streams::json;
  return fields(field<&Article::class_>("class"), field<&Article::kind>().default_value("c"),
                field<&Article::count>("@count").default_value(5), field<&Article::sizes>().may_be_absent(),
                field<&Article::limit>().default_value(9),
                field<&Article::size>().default_value(Size::extra_large));
}

// What a declaration gives a field is no default in JSON, and never mixes with what came.
struct Initialised {
  std::vector<int> list = {1, 2};
  std::optional<int> maybe = 3;
  std::optional<int> other = 4;
};
BOOST_DESCRIBE_STRUCT(Initialised, (), (list, maybe, other))

struct Special : Article {
  int extra = 0;
};
BOOST_DESCRIBE_STRUCT(Special, (Article), (extra))
constexpr auto json_fields(const Special*) {
  return streams::json::fields(streams::json::field<&Special::extra>("x-extra"));
}

}  // namespace shop

namespace {

using namespace streams;
using namespace streams_test;
using shop::Article;

TEST(JsonFieldTest, ReadsAndWritesAFieldUnderItsOtherName) {
  const std::string text = R"({"class":"a","kind":"k","@count":2,"sizes":[],"limit":1,"size":"extra-large"})";
  const auto article = decode<Article>(text);
  EXPECT_EQ(article.class_, "a");
  EXPECT_EQ(article.count, 2);
  EXPECT_EQ(article.size, shop::Size::extra_large);
  EXPECT_EQ(encode(article), text);
}

TEST(JsonFieldTest, PutsDefaultsInThePlaceOfAbsentFields) {
  const auto article = decode<Article>(R"({"class":"a"})");
  EXPECT_EQ(article.kind, "c");
  EXPECT_EQ(article.count, 5);
  EXPECT_EQ(article.sizes, std::vector<int>{7});
  EXPECT_EQ(article.limit, 9);
  EXPECT_EQ(article.size, shop::Size::extra_large);
}

TEST(JsonFieldTest, WritesAnEmptyOptionalWithADefaultAsNullSoThatItStaysEmpty) {
  Article article = decode<Article>(R"({"class":"a","limit":null})");
  EXPECT_EQ(article.limit, std::nullopt);
  EXPECT_EQ(decode<Article>(encode(article)).limit, std::nullopt);
}

TEST(JsonFieldTest, KnowsAFieldByItsJsonNameAlone) {
  EXPECT_EQ(decode_error<Article>(R"({"class_":"a"})"), "$.class: this field is required and is missing");
}

TEST(JsonFieldTest, ReplacesWhatTheDeclarationGivesAField) {
  const auto value = decode<shop::Initialised>(R"({"list":[7],"maybe":null})");
  EXPECT_EQ(value.list, std::vector<int>{7});
  EXPECT_EQ(value.maybe, std::nullopt);
  EXPECT_EQ(value.other, std::nullopt);
  EXPECT_EQ(decode_error<shop::Initialised>("{}"), "$.list: this field is required and is missing");
}

TEST(JsonFieldTest, KeepsTheNamesOfInheritedFields) {
  const auto special = decode<shop::Special>(R"({"class":"a","x-extra":4})");
  EXPECT_EQ(special.class_, "a");
  EXPECT_EQ(special.kind, "c");
  EXPECT_EQ(special.extra, 4);
}

}  // namespace
