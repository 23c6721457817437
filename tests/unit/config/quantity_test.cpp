#include "config/quantity.hpp"

#include <gtest/gtest.h>

namespace {

using namespace streams::runtime;
using namespace streams::runtime::config;
using namespace std::chrono_literals;

TEST(QuantityTest, DurationsTakeEveryUnit) {
  EXPECT_EQ(parse_duration("100us"), 100us);
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("1 m"), 1min);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("3d"), 72h);
}

TEST(QuantityTest, OtherTextsAreNoDurations) {
  for (const char* text :
       {"", "s", "5", "5 sec", "-5s", "5s5s", "1e3s", "5S", "1..5s", "99999999999999d", "nan", "infs"}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
}

TEST(QuantityTest, SizesTakeEveryUnit) {
  EXPECT_EQ(parse_size("1B"), 1U);
  EXPECT_EQ(parse_size("10kB"), 10'000U);
  EXPECT_EQ(parse_size("10KB"), 10'000U);
  EXPECT_EQ(parse_size("10KiB"), 10'240U);
  EXPECT_EQ(parse_size("64MB"), 64'000'000U);
  EXPECT_EQ(parse_size("64 MiB"), 67'108'864U);
  EXPECT_EQ(parse_size("1.5GiB"), 1'610'612'736U);
  EXPECT_EQ(parse_size("2GB"), 2'000'000'000U);
}

TEST(QuantityTest, OtherTextsAreNoSizes) {
  for (const char* text : {"", "MiB", "64", "64Mb", "64M", "-1B", "99999999999GiB"}) {
    EXPECT_FALSE(parse_size(text).has_value()) << text;
  }
}

TEST(QuantityTest, WhatIsPrintedIsReadBack) {
  for (const auto duration :
       {ConfigDuration(1us), ConfigDuration(500ms), ConfigDuration(90s), ConfigDuration(48h)}) {
    EXPECT_EQ(parse_duration(duration_text(duration)), duration);
  }
  EXPECT_EQ(duration_text(500ms), "500ms");
  EXPECT_EQ(duration_text(0us), "0s");
  for (const std::uint64_t bytes : {1ULL, 1'000ULL, 1'024ULL, 67'108'864ULL})
    EXPECT_EQ(parse_size(size_text(bytes)), bytes);
  EXPECT_EQ(size_text(67'108'864), "64MiB");
}

TEST(QuantityTest, NumbersAreWholeTexts) {
  EXPECT_EQ(parse_integer("-5"), -5);
  EXPECT_EQ(parse_integer("+5"), 5);
  EXPECT_FALSE(parse_integer("5x").has_value());
  EXPECT_FALSE(parse_integer("+-5").has_value());
  EXPECT_EQ(parse_number("0.2"), 0.2);
  EXPECT_EQ(parse_number("1e3"), 1000.0);
  EXPECT_FALSE(parse_number("1,5").has_value());
  EXPECT_FALSE(parse_number("1e999").has_value());
}

}  // namespace
