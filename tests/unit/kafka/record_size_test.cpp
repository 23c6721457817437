#include "record_size.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace streams::kafka {
namespace {

TEST(RecordSizeTest, CountsNumbersAsKafkaWritesThem) {
  EXPECT_EQ(varint_size(0), 1U);
  EXPECT_EQ(varint_size(-1), 1U);
  EXPECT_EQ(varint_size(63), 1U);
  EXPECT_EQ(varint_size(64), 2U);
  EXPECT_EQ(varint_size(-64), 1U);
  EXPECT_EQ(varint_size(-65), 2U);
  EXPECT_EQ(varint_size(std::numeric_limits<std::int64_t>::max()), 10U);
  EXPECT_EQ(varint_size(std::numeric_limits<std::int64_t>::min()), 10U);
}

TEST(RecordSizeTest, AnEmptyRecordIsItsBatchAndSevenBytes) {
  // Length, attributes, two deltas, key length, value length, count of headers.
  EXPECT_EQ(RecordSize(std::nullopt, std::nullopt).bytes(), 61U + 7U);
}

TEST(RecordSizeTest, EachPartAddsItsLengthAndItself) {
  EXPECT_EQ(RecordSize(3, 10).bytes(), 61U + 7U + 13U);
  RecordSize with_headers(3, 10);
  with_headers.add_header(2, 5);
  with_headers.add_header(2, std::nullopt);
  EXPECT_EQ(with_headers.bytes(), 61U + 7U + 13U + (1 + 2 + 1 + 5) + (1 + 2 + 1));
}

}  // namespace
}  // namespace streams::kafka
