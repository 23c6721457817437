#include "repeated_lines.hpp"

#include <gtest/gtest.h>

namespace streams::kafka {
namespace {

using namespace std::chrono_literals;

constexpr RepeatedLines::Time kStart{1h};

TEST(RepeatedLinesTest, ALineIsShownOnceInAnIntervalAndThenWithItsCount) {
  RepeatedLines lines;
  EXPECT_EQ(lines.show("a", kStart), 0U);
  EXPECT_EQ(lines.show("a", kStart + 1s), std::nullopt);
  EXPECT_EQ(lines.show("a", kStart + 29s), std::nullopt);
  EXPECT_EQ(lines.show("a", kStart + 30s), 2U);
  EXPECT_EQ(lines.show("a", kStart + 31s), std::nullopt);
  EXPECT_EQ(lines.show("a", kStart + 60s), 1U);
  EXPECT_EQ(lines.show("a", kStart + 90s), 0U);
}

TEST(RepeatedLinesTest, NumbersMakeNoDifferenceButWordsDo) {
  RepeatedLines lines;
  EXPECT_EQ(lines.show("request 12 timed out after 5ms", kStart), 0U);
  EXPECT_EQ(lines.show("request 7 timed out after 12345ms", kStart), std::nullopt);
  EXPECT_EQ(lines.show("request 7 was refused after 12345ms", kStart), 0U);
}

TEST(RepeatedLinesTest, ForgetsTheOldestOfTooMany) {
  RepeatedLines lines;
  EXPECT_EQ(lines.show("first", kStart), 0U);
  for (char c = 'a'; c <= 'z'; ++c)
    for (const char* more : {"1a", "1b", "1c"}) EXPECT_EQ(lines.show(std::string(1, c) + more, kStart), 0U);
  EXPECT_EQ(lines.show("first", kStart), 0U);
  EXPECT_EQ(lines.show("z1c", kStart), std::nullopt);
}

}  // namespace
}  // namespace streams::kafka
