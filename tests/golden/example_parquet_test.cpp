#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "golden/example_run.hpp"
#include "golden/parquet_rows.hpp"

// The example parquet_serializer: what it writes is no text.

namespace streams::tests {
namespace {

using ::testing::ElementsAreArray;

const std::string kMagic = "PAR1";  // a Parquet file begins and ends with it

class ParquetExampleTest : public ExampleRun {
 protected:
  void SetUp() override {
    if (!can_read_parquet()) GTEST_SKIP() << "no Python with pyarrow: ./dev deps";
  }

  void expect_golden(const Lines& files) const {
    EXPECT_EQ(files.size(), 2U);
    std::vector<std::filesystem::path> paths;
    for (const std::string& file : files) {
      paths.push_back(folder_.path() / (std::to_string(paths.size()) + ".parquet"));
      std::ofstream(paths.back(), std::ios::binary) << file;
    }
    EXPECT_THAT(parquet_rows(paths, folder_.path() / "rows"),
                ElementsAreArray(example_.expected(example_.outputs.front())));
  }

  const Example example_{.name = "parquet_serializer",
                         .source = "myinput",
                         .source_topic = "ingest-metrics",
                         .outputs = {{"mysink", "transformed-events", "expected.jsonl"}}};
};

TEST_F(ParquetExampleTest, DriverHoldsTheExpectedRows) {
  expect_golden(on_driver(example_).front());
}

TEST_F(ParquetExampleTest, EmbeddedBrokerHoldsTheExpectedRows) {
  const std::string printed = printed_by_embedded_broker(example_, "transformed-events");
  const std::size_t border = printed.find(kMagic + "\n" + kMagic);
  ASSERT_NE(border, std::string::npos);
  const std::string first = printed.substr(0, border + kMagic.size());
  const std::string second = printed.substr(border + kMagic.size() + 1);
  expect_golden({first, second.substr(0, second.size() - 1)});
}

TEST_F(ParquetExampleTest, KafkaHoldsTheExpectedRows) {
  if (!has_broker()) return;
  expect_golden(on_kafka(example_).front());
}

}  // namespace
}  // namespace streams::tests
