// How a pipeline is tested: in memory, with the engine that runs it in production, and no broker.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/streams.hpp>
#include <streams/testing/driver.hpp>

streams::Pipeline simple_map_filter();  // STREAMS_PIPELINE(simple_map_filter)

namespace {

using ::testing::ElementsAre;

constexpr const char* kCounter =
    R"({"org_id":1,"project_id":2,"name":"hits","type":"c","value":1,"tags":{},"timestamp":3,"retention_days":90})";
constexpr const char* kGauge =
    R"({"org_id":1,"project_id":2,"name":"load","type":"g","value":0.5,"tags":{},"timestamp":3,"retention_days":90})";
constexpr const char* kMarked =
    R"({"org_id":1,"project_id":2,"name":"hits","type":"c","value":1,"tags":{},"timestamp":3,"retention_days":90,"transformed":true})";

TEST(SimpleMapFilterTest, MarksCountersAndDropsTheRest) {
  streams::testing::Driver driver(simple_map_filter());
  driver.feed("ingest-metrics", {kCounter, kGauge, kCounter});
  driver.run();
  EXPECT_THAT(driver.values("transformed-events"), ElementsAre(kMarked, kMarked));
}

TEST(SimpleMapFilterTest, StopsAtARecordThatIsNoMetricAndDoesNotCommitIt) {
  streams::testing::Driver driver(simple_map_filter());
  driver.feed("ingest-metrics", {kCounter, R"({"org_id":"not a number"})"});
  EXPECT_FALSE(driver.settle());
  EXPECT_TRUE(driver.ended());
  EXPECT_EQ(driver.committed("ingest-metrics"), 1);
}

}  // namespace
