#include "app/embedded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streams::runtime {
namespace {

Plan sample_plan() {
  Plan plan;
  Segment segment;
  PlannedSource source;
  source.topic = "ingest-metrics";
  source.bootstrap_servers = {"far:9092"};
  source.auto_offset_reset = OffsetReset::kLatest;
  source.strict_offset_reset = true;
  source.override_params = {{"security.protocol", "ssl", false, {}}, {"fetch.min.bytes", "10", false, {}}};
  segment.sources.push_back(source);
  PlannedSink sink;
  sink.topic = "transformed-events";
  sink.bootstrap_servers = {"far:9092"};
  sink.additional_settings = {{"sasl.password", "x", true, {}}, {"bootstrap.servers", "far", false, {}}};
  segment.sinks.push_back(sink);
  plan.segments.push_back(segment);
  plan.adapters.kafka.override_params = {{"ssl.ca.location", "x", false, {}}, {"linger.ms", "1", false, {}}};
  plan.adapters.kafka.security.emplace().protocol = SecurityProtocol::kSsl;
  plan.segments[0].sources[0].security = plan.adapters.kafka.security;
  plan.segments[0].sinks[0].security = plan.adapters.kafka.security;
  return plan;
}

TEST(EmbeddedTest, SourcesAndSinksUseTheBrokerOfTheProcess) {
  Plan plan = sample_plan();
  point_at_embedded_broker(plan, "127.0.0.1:1");
  const Segment& segment = plan.segments[0];
  EXPECT_EQ(segment.sources[0].bootstrap_servers, std::vector<std::string>{"127.0.0.1:1"});
  EXPECT_EQ(segment.sinks[0].bootstrap_servers, std::vector<std::string>{"127.0.0.1:1"});
  ASSERT_EQ(segment.sources[0].override_params.size(), 1u);
  EXPECT_EQ(segment.sources[0].override_params[0].name, "fetch.min.bytes");
  EXPECT_TRUE(segment.sinks[0].additional_settings.empty());
  ASSERT_EQ(plan.adapters.kafka.override_params.size(), 1u);
  EXPECT_EQ(plan.adapters.kafka.override_params[0].name, "linger.ms");
  EXPECT_FALSE(plan.adapters.kafka.security);
  EXPECT_FALSE(segment.sources[0].security);
  EXPECT_FALSE(segment.sinks[0].security);
}

TEST(EmbeddedTest, SourcesBeginAtTheSeed) {
  Plan plan = sample_plan();
  point_at_embedded_broker(plan, "127.0.0.1:1");
  EXPECT_EQ(plan.segments[0].sources[0].auto_offset_reset, OffsetReset::kEarliest);
  EXPECT_FALSE(plan.segments[0].sources[0].strict_offset_reset);
}

TEST(EmbeddedTest, SeedsAndTailsNameTopicsOfThePlan) {
  const Plan plan = sample_plan();
  CommandLine line;
  line.seeds = {{"ingest-metrics", "x"}};
  line.tails = {"transformed-events", "ingest-metrics"};
  EXPECT_TRUE(check_embedded_topics(line, plan.segments[0]).ok());
  line.tails = {"transformed-event"};
  EXPECT_EQ(check_embedded_topics(line, plan.segments[0]).message(),
            "--tail transformed-event: the plan has no such topic; there is ingest-metrics, "
            "transformed-events; did you mean "
            "transformed-events?");
  line.seeds = {{"transformed-events", "x"}};
  EXPECT_EQ(check_embedded_topics(line, plan.segments[0]).message(),
            "--seed transformed-events: the plan reads no such topic; there is ingest-metrics");
}

}  // namespace
}  // namespace streams::runtime
