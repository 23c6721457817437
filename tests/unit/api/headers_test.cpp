#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include <streams/headers.hpp>

namespace streams {
namespace {

/// Counts how often headers are read; a record is a list of headers.
class CountingReader final : public HeaderReader {
 public:
  void read(const void* record, std::vector<Header>& into) const override {
    ++reads;
    const auto& from = *static_cast<const std::vector<Header>*>(record);
    into.insert(into.end(), from.begin(), from.end());
  }
  mutable int reads = 0;
};

class HeadersOfARecordTest : public testing::Test {
 protected:
  std::vector<Header> record{{"a", Bytes::literal("1")}, {"b", Bytes()}, {"a", Bytes::literal("2")}};
  CountingReader reader;
  Headers headers{reader, &record};
};

TEST_F(HeadersOfARecordTest, AreNotReadUntilSomebodyLooks) {
  const Headers moved(std::move(headers));
  EXPECT_EQ(reader.reads, 0);
  EXPECT_EQ(moved.size(), 3u);
  EXPECT_EQ(moved.begin()->name, "a");
  EXPECT_EQ(reader.reads, 1);
}

TEST_F(HeadersOfARecordTest, KeepTheSourcesFormWhileUnchanged) {
  EXPECT_EQ(headers.unchanged_record(reader), &record);
  EXPECT_FALSE(headers.empty());
  EXPECT_EQ(headers.unchanged_record(reader), &record);
  const CountingReader other;
  EXPECT_EQ(headers.unchanged_record(other), nullptr);
  headers.add("c", Bytes::literal("3"));
  EXPECT_EQ(headers.unchanged_record(reader), nullptr);
  EXPECT_EQ(headers.size(), 4u);
}

TEST_F(HeadersOfARecordTest, ACopyIsIndependentOfTheRecord) {
  const Headers copy(headers);
  record.clear();
  EXPECT_EQ(copy.size(), 3u);
  EXPECT_EQ(copy.unchanged_record(reader), nullptr);
}

TEST_F(HeadersOfARecordTest, AreLentWithoutBeingRead) {
  const Headers lent = headers.lend();
  EXPECT_EQ(reader.reads, 0);
  EXPECT_EQ(lent.unchanged_record(reader), &record);
}

TEST_F(HeadersOfARecordTest, AreLentAsACopyOnceChanged) {
  headers.remove("a");
  const Headers lent = headers.lend();
  EXPECT_EQ(lent, headers);
  EXPECT_EQ(lent.size(), 1u);
}

TEST_F(HeadersOfARecordTest, AssignmentTakesOverTheRecord) {
  Headers other{{"x", Bytes::literal("y")}};
  other = std::move(headers);
  EXPECT_EQ(other.unchanged_record(reader), &record);
  EXPECT_EQ(other.size(), 3u);
}

TEST(HeadersTest, AreEmptyWhenMadeFromNothing) {
  const Headers none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.last("a"), nullptr);
  EXPECT_EQ(none, Headers(none));
}

TEST(HeadersTest, LastFindsTheLastOfThatName) {
  const Headers headers{{"a", Bytes::literal("1")}, {"b", Bytes()}, {"a", Bytes::literal("2")}};
  ASSERT_NE(headers.last("a"), nullptr);
  EXPECT_EQ(*headers.last("a"), "2");
  ASSERT_NE(headers.last("b"), nullptr);
  EXPECT_TRUE(headers.last("b")->is_null());
  EXPECT_EQ(headers.last("c"), nullptr);
}

TEST(HeadersTest, SetReplacesAllOfThatNameByOneAtTheEnd) {
  Headers headers{{"a", Bytes::literal("1")}, {"b", Bytes::literal("x")}, {"a", Bytes::literal("2")}};
  headers.set("a", Bytes::literal("3"));
  EXPECT_EQ(headers, (Headers{{"b", Bytes::literal("x")}, {"a", Bytes::literal("3")}}));
}

TEST(HeadersTest, RemoveTakesAllOfThatName) {
  Headers headers{{"a", Bytes::literal("1")}, {"b", Bytes::literal("x")}, {"a", Bytes::literal("2")}};
  headers.remove("a");
  headers.remove("not there");
  EXPECT_EQ(headers, (Headers{{"b", Bytes::literal("x")}}));
}

TEST(HeadersTest, OrderCountsInComparisons) {
  const Headers ab{{"a", Bytes::literal("1")}, {"b", Bytes::literal("2")}};
  const Headers ba{{"b", Bytes::literal("2")}, {"a", Bytes::literal("1")}};
  EXPECT_FALSE(ab == ba);
}

}  // namespace
}  // namespace streams
