#include "dlq/time_text.hpp"

#include <gtest/gtest.h>

namespace streams::runtime::dlq {
namespace {

using namespace std::chrono;

constexpr sys_days kDay = 2026y / 1 / 31;

TEST(TimeTextTest, AMomentIsWrittenToTheMillisecondInUtc) {
  EXPECT_EQ(iso_text(Timestamp(kDay) + 12h + 3min + 4s + 56ms), "2026-01-31T12:03:04.056Z");
  EXPECT_EQ(iso_text(kNoTimestamp), "-");
}

TEST(TimeTextTest, ReadsTimesOfEveryPrecision) {
  const std::pair<const char*, Timestamp> all[] = {
      {"2026-01-31", Timestamp(kDay)},
      {"2026-01-31T12:30", Timestamp(kDay) + 12h + 30min},
      {"2026-01-31T12:30:15", Timestamp(kDay) + 12h + 30min + 15s},
      {"2026-01-31 12:30:15Z", Timestamp(kDay) + 12h + 30min + 15s},
      {"2026-01-31T12:30:15.5Z", Timestamp(kDay) + 12h + 30min + 15s + 500ms},
      {"2026-01-31T12:30:15.123456Z", Timestamp(kDay) + 12h + 30min + 15s + 123ms},
  };
  for (const auto& [text, moment] : all) EXPECT_EQ(parse_moment(text, {}), moment) << text;
}

TEST(TimeTextTest, ReadsHowLongAgo) {
  const system_clock::time_point now = kDay + 12h;
  EXPECT_EQ(parse_moment("2h", now), Timestamp(kDay) + 10h);
  EXPECT_EQ(parse_moment("90s", now), Timestamp(kDay) + 12h - 90s);
}

TEST(TimeTextTest, ReadsWhatItWrites) {
  const Timestamp moment = Timestamp(kDay) + 1h + 2min + 3s + 4ms;
  EXPECT_EQ(parse_moment(iso_text(moment), {}), moment);
}

TEST(TimeTextTest, AnythingElseIsNoMoment) {
  for (const char* text :
       {"", "yesterday", "2026-13-01", "2026-02-30", "2026-01-31T", "2026-01-31T24:00", "2026-01-31T12:60",
        "2026-01-31T12:00:00.", "2026-01-31T12:00:00+02:00", "-2h", "12"})
    EXPECT_FALSE(parse_moment(text, {})) << text;
}

}  // namespace
}  // namespace streams::runtime::dlq
