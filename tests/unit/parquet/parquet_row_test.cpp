#include <streams/codec/parquet_row.hpp>

#include <gtest/gtest.h>

#include "unit/parquet/rows.hpp"

namespace streams::parquet {

struct Tree {
  std::vector<Tree> children;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (children))

struct Undescribed {};
struct Holder {
  std::vector<Undescribed> inner;
};
BOOST_DESCRIBE_STRUCT(Holder, (), (inner))

struct Either {
  std::variant<std::int64_t, std::string> value;
};
BOOST_DESCRIBE_STRUCT(Either, (), (value))

namespace {

static_assert(Row<Everything>);
static_assert(Row<Place>);
static_assert(!Row<std::int64_t>, "a row has named columns");
static_assert(!Row<Tree>, "columns are fixed, a tree's depth is not");
static_assert(!Row<Holder>);
static_assert(!Row<Either>, "a column has one type");

TEST(ParquetRowTest, MakesTheSchemaFromTheStruct) {
  const DataType place = Struct({{"lat", Float64(), false}, {"city", String(), true}});
  EXPECT_EQ(Column<Everything>::type(), Struct({{"yes", Boolean(), false},
                                                {"i8", Int8(), false},
                                                {"i16", Int16(), false},
                                                {"i32", Int32(), false},
                                                {"i64", Int64(), false},
                                                {"u8", Uint8(), false},
                                                {"u16", Uint16(), false},
                                                {"u32", Uint32(), false},
                                                {"u64", Uint64(), false},
                                                {"f32", Float32(), false},
                                                {"f64", Float64(), false},
                                                {"text", String(), false},
                                                {"json", String(), false},
                                                {"bytes", Binary(), true},
                                                {"nothing", Null(), true},
                                                {"colour", String(), false},
                                                {"maybe", Int64(), true},
                                                {"pointed", place, true},
                                                {"numbers", List(Int64(), false), false},
                                                {"texts", List(String(), true), false},
                                                {"places", List(List(place, false), false), false},
                                                {"tags", Map(String(), false), false},
                                                {"named", Map(place, true), false},
                                                {"place", place, false},
                                                {"at", Datetime("UTC", "ms"), false},
                                                {"on_the_wall", Datetime("", "ns"), false},
                                                {"second", Datetime("UTC", "ms"), false},
                                                {"day", Date(), false},
                                                {"date", Date(), false},
                                                {"took", Duration("us"), false},
                                                {"clock", Time("ms"), false},
                                                {"class", String(), false}}));
}

}  // namespace
}  // namespace streams::parquet
