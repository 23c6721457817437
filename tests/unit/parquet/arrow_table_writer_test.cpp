#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>

#include <streams/codec/parquet_row.hpp>
#include <streams/parquet/parquet.hpp>

#include "unit/parquet/rows.hpp"

namespace streams::parquet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
namespace fs = std::filesystem;

/// What pyarrow says of files: another reader than the library that wrote them.
class ArrowTableWriterTest : public ::testing::Test {
 protected:
  ArrowTableWriterTest() {
    std::string name = (fs::temp_directory_path() / "streams-parquet-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~ArrowTableWriterTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  void SetUp() override {
    if (std::string(STREAMS_ARROW_PYTHON).empty()) GTEST_SKIP() << "no Python with pyarrow: ./dev deps";
  }

  template <class T>
  static std::unique_ptr<TableWriter> writer_of(std::vector<Field> columns, const std::string& compression) {
    const TableSpec spec{Column<T>::type(), columns.empty() ? Column<T>::type() : Struct(std::move(columns)),
                         compression};
    EXPECT_THAT(spec_faults(spec), ElementsAre());
    return make_arrow_table_writer(spec);
  }
  template <class T>
  static std::string file_of(TableWriter& writer, const std::vector<T>& rows) {
    for (const T& row : rows) Column<T>::write(writer.rows(), row);
    Output out;
    writer.write_file(out);
    return out.take().str();
  }
  template <class T>
  std::string read_back(const std::vector<T>& rows, std::vector<Field> columns = {},
                        const std::string& compression = "snappy") {
    return read(file_of(*writer_of<T>(std::move(columns), compression), rows));
  }
  /// As `read_file.py` prints it.
  std::string read(const std::string& bytes) const {
    const fs::path file = folder_ / "file.parquet";
    std::ofstream(file, std::ios::binary) << bytes;
    const std::string command = std::string(STREAMS_ARROW_PYTHON) +
                                " " STREAMS_SOURCE_DIR "/tests/unit/parquet/read_file.py " + file.string() +
                                " 2>&1";
    std::string text;
    FILE* const pipe = ::popen(command.c_str(), "r");
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
    EXPECT_EQ(::pclose(pipe), 0) << text;
    return text;
  }
  static void expect_golden(const std::string& name, const std::string& text) {
    const fs::path file = fs::path(STREAMS_SOURCE_DIR) / "tests/golden" / name;
    if (const char* const update = ::getenv("STREAMS_UPDATE_GOLDEN"); update != nullptr && *update == '1') {
      std::ofstream(file) << text;
    }
    std::ifstream in(file);
    EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(in), {}));
  }

  fs::path folder_;
};

std::vector<Everything> two_rows() {
  using namespace std::chrono_literals;
  std::vector<Everything> rows(2);
  Everything& full = rows[0];
  full.yes = true;
  full.i8 = -128;
  full.i16 = -32768;
  full.i32 = -2147483647 - 1;
  full.i64 = std::numeric_limits<std::int64_t>::min();
  full.u8 = 255;
  full.u16 = 65535;
  full.u32 = 4294967295;
  full.u64 = std::numeric_limits<std::uint64_t>::max();
  full.f32 = 0.5F;
  full.f64 = -1e300;
  full.text = "gr\xC3\xBC\xC3\x9F \"x\"";
  full.json = Json::parse(R"([1, 2.50, {"a": null}])");
  full.bytes = Bytes::copy_of(std::string_view("\0\xFF", 2));
  full.colour = Colour::green;
  full.maybe = 7;
  full.pointed = std::make_unique<Place>(Place{1.5, "Wien"});
  full.numbers = {1, 2, 3};
  full.texts = {"a", std::nullopt, ""};
  full.places = {{{1, "x"}, {2, std::nullopt}}, {}};
  full.tags = {{"env", "prod"}, {"sdk", "c++"}};
  full.named = {{"here", Place{3, "y"}}, {"nowhere", std::nullopt}};
  full.place = {4, "z"};
  full.at = std::chrono::sys_days(2026y / 2 / 28) + 23h + 59min + 59s + 999ms;
  full.on_the_wall = std::chrono::local_days(2026y / 2 / 28) + 1ns;
  full.second = std::chrono::sys_days(1969y / 12 / 31) + 23h;
  full.day = std::chrono::sys_days(2024y / 2 / 29);
  full.date = 1900y / 1 / 1;
  full.took = -1500us;
  full.clock = std::chrono::hh_mm_ss<std::chrono::milliseconds>(13h + 5ms);
  full.class_ = "c";
  rows[1].date = 1970y / 1 / 1;
  return rows;
}

TEST_F(ArrowTableWriterTest, KeepsTypesAndValuesOfEverything) {
  expect_golden("parquet_everything.json", read_back(two_rows()));
}

struct Sample {
  std::int64_t number = 0;
  std::string text;
  std::optional<double> real;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (number, text, real))

TEST_F(ArrowTableWriterTest, WritesAFileWithoutRows) {
  const std::string text = read_back(std::vector<Sample>{});
  EXPECT_THAT(text, HasSubstr(R"("rows": [])"));
  EXPECT_THAT(text, HasSubstr("pyarrow.Field<number: int64 not null>"));
}

TEST_F(ArrowTableWriterTest, WritesManyRowsInOrder) {
  std::vector<Sample> rows(200'000);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = {static_cast<std::int64_t>(i), "row " + std::to_string(i),
               i % 2 == 0 ? std::optional(0.5) : std::nullopt};
  }
  const std::string text = read_back(rows);
  std::string expected = "\"rows\": [\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    expected += "  {\n   \"number\": " + std::to_string(i) +
                ",\n   \"real\": " + (i % 2 == 0 ? "0.5" : "null") + ",\n   \"text\": \"row " +
                std::to_string(i) + "\"\n  }" + (i + 1 < rows.size() ? ",\n" : "\n");
  }
  EXPECT_TRUE(text.find(expected) != std::string::npos);
}

TEST_F(ArrowTableWriterTest, BeginsAnewWithEachFile) {
  const auto writer = writer_of<Sample>({}, "snappy");
  EXPECT_THAT(read(file_of<Sample>(*writer, {{1, "first", {}}})), HasSubstr("first"));
  Column<Sample>::write(writer->rows(), {2, "discarded", {}});
  writer->discard();
  const std::string second = read(file_of<Sample>(*writer, {{3, "second", {}}}));
  EXPECT_THAT(second, HasSubstr("\"text\": \"second\""));
  EXPECT_EQ(second.find("first"), std::string::npos);
  EXPECT_EQ(second.find("discarded"), std::string::npos);
}

TEST_F(ArrowTableWriterTest, CompressesAsAsked) {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"snappy", "SNAPPY"}, {"uncompressed", "UNCOMPRESSED"},
      {"gzip", "GZIP"},     {"zstd", "ZSTD"},
      {"brotli", "BROTLI"}, {"lz4", "LZ4"}};
  for (const auto& [ours, theirs] : names) {
    const std::string text = read_back(std::vector<Sample>{{1, std::string(1000, 'x'), {}}}, {}, ours);
    EXPECT_THAT(text, HasSubstr("\"compressions\": [\n  \"" + theirs)) << ours;
    EXPECT_THAT(text, HasSubstr("\"" + std::string(1000, 'x') + "\"")) << ours;
  }
}

struct Original {
  std::int64_t org_id = 0;
  std::string type;
  std::map<std::string, std::string> tags;
  std::vector<std::int64_t> value;
  std::int64_t timestamp = 0;
  std::int64_t cents = 0;
  std::string price;
  std::chrono::sys_time<std::chrono::milliseconds> at;
  std::chrono::microseconds took{0};
};
BOOST_DESCRIBE_STRUCT(Original, (), (org_id, type, tags, value, timestamp, cents, price, at, took))

const std::vector<Field> kGivenSchema = {{"timestamp", Datetime("Europe/Vienna", "us")},
                                         {"value", List(Int16())},
                                         {"org_id", Uint32()},
                                         {"tags", Struct({{"sdk", String()}, {"environment", String()}})},
                                         {"cents", Decimal(10, 2)},
                                         {"price", Decimal(12, 3)},
                                         {"at", Datetime("UTC", "us")},
                                         {"took", Duration("ms")},
                                         {"type", Binary()}};

TEST_F(ArrowTableWriterTest, WritesTheColumnsOfAGivenSchema) {
  using namespace std::chrono_literals;
  const std::vector<Original> rows = {{420,
                                       "c",
                                       {{"sdk", "c++"}, {"not in the schema", "x"}},
                                       {1, -2},
                                       1'767'225'600'000'001,
                                       5,
                                       "-12.5",
                                       std::chrono::sys_days(2026y / 1 / 1) + 1ms,
                                       3000us}};
  expect_golden("parquet_given_schema.json", read_back(rows, kGivenSchema));
}

/// The refusal of a row, or empty.
template <class T>
std::string refusal(const std::vector<Field>& columns, const T& row) {
  const TableSpec spec{Column<T>::type(), Struct(columns), "snappy"};
  EXPECT_THAT(spec_faults(spec), ElementsAre());
  const auto writer = make_arrow_table_writer(spec);
  try {
    Column<T>::write(writer->rows(), row);
    return {};
  } catch (const CodecError& error) {
    return error.what();
  }
}

TEST(ArrowColumnTest, RefusesAValueThatDoesNotFitAndNamesItsColumn) {
  Original row;
  EXPECT_EQ(refusal<Original>({{"org_id", Uint8()}}, row), "");
  row.org_id = 256;
  EXPECT_EQ(refusal<Original>({{"org_id", Uint8()}}, row), "org_id: a number does not fit into Uint8");
  EXPECT_EQ(refusal<Original>({{"org_id", Decimal(2, 0)}}, row),
            "org_id: a number does not fit into Decimal(2, 0)");
  row.org_id = -1;
  EXPECT_EQ(refusal<Original>({{"org_id", Uint64()}}, row), "org_id: a number does not fit into Uint64");
  EXPECT_EQ(refusal<Original>({{"org_id", Time("us")}}, row), "org_id: a time is not within a day");
  row.org_id = (std::int64_t{1} << 53) + 1;
  EXPECT_EQ(refusal<Original>({{"org_id", Float64()}}, row),
            "org_id: a whole number is not exact as a Float");
  row.value = {1, 40'000};
  EXPECT_EQ(refusal<Original>({{"value", List(Int16())}}, row), "value[]: a number does not fit into Int16");
  EXPECT_EQ(refusal<Original>({{"price", Decimal(5, 2)}}, row), "price: a text is no decimal number");
  row.price = "1.234";
  EXPECT_EQ(refusal<Original>({{"price", Decimal(5, 2)}}, row),
            "price: a number does not fit into Decimal(5, 2)");
  row.took = std::chrono::microseconds(1500);
  EXPECT_EQ(refusal<Original>({{"took", Duration("ms")}}, row),
            "took: a value is finer than the unit of Duration(\"ms\")");
  EXPECT_EQ(refusal<Original>({{"tags", Struct({{"sdk", String(), false}})}}, row),
            "tags: a map has no sdk, and the schema says that it may not be null");
}

TEST(ArrowColumnTest, GoesOnAfterARefusalWasDiscarded) {
  const TableSpec spec{Column<Original>::type(), Struct({{"type", String()}, {"value", List(Int8())}}),
                       "snappy"};
  const auto writer = make_arrow_table_writer(spec);
  Original row;
  row.value = {1, 1000};
  EXPECT_THROW(Column<Original>::write(writer->rows(), row), CodecError);
  writer->discard();
  row.value = {1};
  Column<Original>::write(writer->rows(), row);
  Output out;
  writer->write_file(out);
  EXPECT_GT(out.written().size(), 100u);
}

}  // namespace
}  // namespace streams::parquet
