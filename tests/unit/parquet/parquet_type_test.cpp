#include <streams/codec/parquet_type.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/codec/parquet_table.hpp>

namespace streams::parquet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const DataType kRow = Struct({{"org_id", Int64(), false},
                              {"name", String(), true},
                              {"tags", Map(String(), false), false},
                              {"place", Struct({{"lat", Float64(), false}}), false},
                              {"values", List(Int32(), false), false},
                              {"at", Datetime("UTC", "ms"), false},
                              {"ok", Boolean(), false}});

std::vector<std::string> faults(std::vector<Field> columns, std::string compression = "snappy") {
  return spec_faults({kRow, Struct(std::move(columns)), std::move(compression)});
}

TEST(ParquetTypeTest, TakesSomeOfTheFieldsInAnyOrderAndConvertsThem) {
  EXPECT_THAT(faults({{"values", List(Int64())},
                      {"org_id", Float64()},
                      {"name", Binary()},
                      {"at", Datetime("Europe/Vienna", "us")},
                      {"tags", Struct({{"sdk", String()}, {"release", Utf8()}})},
                      {"place", Struct({{"lat", Float32()}})}}),
              IsEmpty());
}

TEST(ParquetTypeTest, SaysEveryMismatchWithItsColumn) {
  EXPECT_THAT(
      faults({{"org", Int64()},
              {"name", Int64()},
              {"tags", Struct({{"sdk", Int64()}})},
              {"place", Struct({{"lat", String()}, {"lon", Float64()}})},
              {"values", List(String())},
              {"at", Date()},
              {"ok", List(Boolean())}}),
      ElementsAre(
          "schema: org: the struct has no such field; it has org_id, name, tags, place, values, at, ok",
          "schema: name: the struct has String, the schema says Int64",
          "schema: tags.sdk: the struct has String, the schema says Int64",
          "schema: place.lat: the struct has Float64, the schema says String",
          "schema: place.lon: the struct has no such field; it has lat",
          "schema: values[]: the struct has Int32, the schema says String",
          "schema: at: the struct has Datetime(\"UTC\", \"ms\"), the schema says Date",
          "schema: ok: the struct has Boolean, the schema says List(Boolean?)"));
  EXPECT_THAT(faults({{"name", String(), false}}),
              ElementsAre("schema: name: may be null in the struct, and the schema says that it may not"));
}

TEST(ParquetTypeTest, SaysWhatIsWrongWithASchemaByItself) {
  EXPECT_THAT(
      faults({{"at", Datetime("", "s")},
              {"org_id", Decimal(39, 0)},
              {"org_id", Decimal(5, 6)},
              {"place", Struct({})},
              {"", Int64()}}),
      ElementsAre(HasSubstr("at: the unit \"s\""), HasSubstr("org_id: a Decimal has a precision"),
                  HasSubstr("two fields have the name \"org_id\""), HasSubstr("org_id: a Decimal's scale"),
                  HasSubstr("place: a structure without fields"), HasSubstr("a field has no name")));
  EXPECT_THAT(faults({}), ElementsAre("schema: a structure without fields cannot be a column"));
}

TEST(ParquetTypeTest, RefusesCompressionsThatArrowDoesNotWrite) {
  for (const char* const known : {"snappy", "lz4", "uncompressed", "gzip", "zstd", "brotli"}) {
    EXPECT_THAT(faults({{"org_id", Int64()}}, known), IsEmpty()) << known;
  }
  EXPECT_THAT(faults({{"org_id", Int64()}}, "lzo"), ElementsAre(HasSubstr("Arrow cannot write lzo")));
  EXPECT_THAT(faults({{"org_id", Int64()}}, "SNAPPY"), SizeIs(1));
}

TEST(ParquetTypeTest, PrintsItself) {
  EXPECT_EQ(to_string(Struct(
                {{"a", List(List(Uint8(), false)), false}, {"b", Decimal(9, 2)}, {"c", Duration("ns")}})),
            "Struct([a: List(List(Uint8)?), b: Decimal(9, 2)?, c: Duration(\"ns\")?])");
}

}  // namespace
}  // namespace streams::parquet
