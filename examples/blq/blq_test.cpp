// How a pipeline that looks at the clock is tested: the clock is a parameter.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include <streams/streams.hpp>
#include <streams/testing/driver.hpp>

streams::Pipeline backlog_queue(std::function<std::chrono::sys_seconds()> now);

namespace {

using ::testing::ElementsAre;

std::string metric(std::int64_t timestamp) {
  return R"({"org_id":1,"project_id":2,"name":"hits","type":"c","value":1,"tags":{},"timestamp":)" +
         std::to_string(timestamp) + R"(,"retention_days":90})";
}

TEST(BlqTest, AMetricIsLateWhenItIsOlderThanTenMinutes) {
  std::chrono::sys_seconds now{std::chrono::seconds(10'000)};
  streams::testing::Driver driver(backlog_queue([&now] { return now; }));
  driver.feed("ingest-metrics", {metric(9'400), metric(9'399)});
  driver.run();
  EXPECT_THAT(driver.values("transformed-events"), ElementsAre(metric(9'400)));
  EXPECT_THAT(driver.values("transformed-events-2"), ElementsAre(metric(9'400)));
  EXPECT_THAT(driver.values("transformed-events-3"), ElementsAre(metric(9'399)));

  now += std::chrono::seconds(1);
  driver.feed("ingest-metrics", {metric(9'400)});
  driver.run();
  EXPECT_THAT(driver.values("transformed-events-3"), ElementsAre(metric(9'399), metric(9'400)));
}

TEST(BlqTest, TimesBeyondAllCalendarsAreNoReasonToFail) {
  streams::testing::Driver driver(
      backlog_queue([] { return std::chrono::sys_seconds(std::chrono::seconds(10'000)); }));
  driver.feed("ingest-metrics", {metric(INT64_MAX), metric(INT64_MIN)});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("transformed-events"), ElementsAre(metric(INT64_MAX)));
  EXPECT_THAT(driver.values("transformed-events-3"), ElementsAre(metric(INT64_MIN)));
}

}  // namespace
