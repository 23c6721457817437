#include "log_bridge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outage.hpp"

namespace streams::kafka {
namespace {

using runtime::LogLevel;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class KeptLines final : public runtime::Log {
 public:
  void write(LogLevel level, std::string_view text) override {
    lines.emplace_back(text);
    levels.push_back(level);
  }
  void write_fields(LogLevel level, std::string_view text, std::span<const runtime::LogField> all) override {
    for (const auto& [name, value] : all) fields += std::string(name) + "=" + std::string(value) + " ";
    write(level, text);
  }
  std::vector<std::string> lines;
  std::vector<LogLevel> levels;
  std::string fields;
};

TEST(LogBridgeTest, KeepsTheLevelOfALine) {
  EXPECT_EQ(level_of(3, "FATAL"), LogLevel::error);
  EXPECT_EQ(level_of(4, "MAXPOLL"), LogLevel::warning);
  EXPECT_EQ(level_of(6, "REBALANCE"), LogLevel::info);
  EXPECT_EQ(level_of(7, "FETCH"), LogLevel::debug);
}

TEST(LogBridgeTest, IsQuietAboutConnectionsBecauseOutagesAreToldOnce) {
  EXPECT_EQ(level_of(3, "FAIL"), LogLevel::debug);
  EXPECT_EQ(level_of(3, "ERROR"), LogLevel::debug);
}

TEST(LogBridgeTest, NamesTheClient) {
  KeptLines log;
  LogBridge(log, "kafka source in/0").write(4, "MAXPOLL", "too slow");
  EXPECT_THAT(log.lines, ElementsAre("kafka source in/0: librdkafka MAXPOLL: too slow"));
}

TEST(LogBridgeTest, ShowsALineThatComesAgainOnceInAnIntervalWithItsCount) {
  KeptLines log;
  RepeatedLines::Time now{};
  const LogBridge bridge(log, "c", [&now] { return now; });
  for (int i = 0; i < 1000; ++i) bridge.write(4, "MAXPOLL", "too slow");
  now += RepeatedLines::kInterval;
  bridge.write(4, "MAXPOLL", "too slow");
  EXPECT_THAT(log.lines, ElementsAre("c: librdkafka MAXPOLL: too slow",
                                     "c: librdkafka MAXPOLL: too slow (and 999 more like it since)"));
  EXPECT_EQ(log.fields, "client=c facility=MAXPOLL client=c facility=MAXPOLL repeated=999 ");
}

TEST(OutageTest, IsToldWhenItBeginsAndWhenItIsOver) {
  KeptLines log;
  Outage outage(log, "c");
  outage.end();
  outage.begin("one");
  outage.begin("two");
  outage.end();
  outage.end();
  EXPECT_THAT(log.lines, ElementsAre(HasSubstr("waiting for it: one"), HasSubstr("answers again")));
  EXPECT_THAT(log.levels, ElementsAre(LogLevel::warning, LogLevel::info));
}

}  // namespace
}  // namespace streams::kafka
