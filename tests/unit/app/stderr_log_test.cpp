#include "app/stderr_log.hpp"

#include <gtest/gtest.h>

namespace streams::runtime {
namespace {

constexpr std::chrono::system_clock::time_point kTime{std::chrono::milliseconds(1'700'000'000'042)};

class FixedClock final : public Clock {
 public:
  std::chrono::nanoseconds now() const noexcept override { return {}; }
  std::chrono::system_clock::time_point calendar() const noexcept override { return kTime; }
};

TEST(StderrLogTest, TextLinesHaveTimeAndLevel) {
  EXPECT_EQ(format_log_line(LogFormat::text, kTime, LogLevel::warning, "no slot"),
            "2023-11-14T22:13:20.042Z WARNING no slot");
}

TEST(StderrLogTest, JsonLinesAreOneLineWhateverTheTextHas) {
  EXPECT_EQ(format_log_line(LogFormat::json, kTime, LogLevel::error, "a \"b\"\\\n\tc\x01"),
            R"({"time":"2023-11-14T22:13:20.042Z","level":"ERROR","message":"a \"b\"\\\n\tc\u0001"})");
}

TEST(StderrLogTest, JsonLinesAreUtf8WhateverBytesTheTextHas) {
  EXPECT_EQ(format_log_line(LogFormat::json, kTime, LogLevel::info, "gr\xC3\xB6\xC3 \xFF"),
            "{\"time\":\"2023-11-14T22:13:20.042Z\",\"level\":\"INFO\",\"message\":\"gr\xC3\xB6? ?\"}");
}

TEST(StderrLogTest, FieldsAreMembersInJsonAndNotRepeatedInText) {
  const LogField fields[] = {{"client", "kafka source \"in\"/0"}, {"repeated", "12"}};
  EXPECT_EQ(
      format_log_line(LogFormat::json, kTime, LogLevel::info, "x", fields),
      R"({"time":"2023-11-14T22:13:20.042Z","level":"INFO","message":"x","client":"kafka source \"in\"/0","repeated":"12"})");
  EXPECT_EQ(format_log_line(LogFormat::text, kTime, LogLevel::info, "x", fields),
            "2023-11-14T22:13:20.042Z INFO    x");
}

TEST(StderrLogTest, WritesNothingBelowItsLevel) {
  const FixedClock clock;
  StderrLog log(LogFormat::text, LogLevel::warning, clock);
  ::testing::internal::CaptureStderr();
  log.info("hidden");
  log.warning("shown");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "2023-11-14T22:13:20.042Z WARNING shown\n");
}

TEST(StderrLogTest, FaultsStandAsTheyAreInText) {
  const FixedClock clock;
  StderrLog log(LogFormat::text, LogLevel::error, clock);
  ::testing::internal::CaptureStderr();
  log.fault("x.yaml:1:2: wrong\nx.yaml:3:4: wrong too\n");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "x.yaml:1:2: wrong\nx.yaml:3:4: wrong too\n");
}

TEST(StderrLogTest, FaultsAreOneLineInJson) {
  const FixedClock clock;
  StderrLog log(LogFormat::json, LogLevel::error, clock);
  ::testing::internal::CaptureStderr();
  log.fault("one\ntwo\n");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "{\"time\":\"2023-11-14T22:13:20.042Z\",\"level\":\"ERROR\",\"message\":\"one\\ntwo\"}\n");
}

}  // namespace
}  // namespace streams::runtime
