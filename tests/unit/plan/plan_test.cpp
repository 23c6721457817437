#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "unit/plan/sample_pipelines.hpp"

namespace {

using namespace streams::runtime;
using namespace std::chrono_literals;
using streams::find_option;
using streams::OptionValue;
using testing::ElementsAre;

std::string simple(const std::string& input = "", const std::string& sink = "",
                   const std::string& more = "") {
  return deployment("        myinput: {bootstrap_servers: \"k:1\"" + input + "}\n" +
                    "        mysink: {bootstrap_servers: [\"k:1\", \"k:2\"]" + sink + "}\n" + more);
}

TEST(PlanTest, NamesComeFromTheCodeUnlessTheDeploymentSaysOtherwise) {
  const Plan code = plan_of(simple_map_filter(), simple());
  EXPECT_EQ(code.pipeline, "simple_map_filter");
  EXPECT_EQ(code.segments[0].sources[0].group, "pipeline-myinput");
  EXPECT_EQ(code.segments[0].sources[0].topic, "ingest-metrics");
  EXPECT_EQ(code.segments[0].sinks[0].topic, "transformed-events");

  const Plan deployed =
      plan_of(simple_map_filter(), "pipeline:\n  name: metrics\n" +
                                       simple(", topic: t1, consumer_group: g", ", topic: t2").substr(10));
  EXPECT_EQ(deployed.pipeline, "metrics");
  EXPECT_EQ(deployed.segments[0].sources[0].group, "g");
  EXPECT_EQ(deployed.segments[0].sources[0].topic, "t1");
  EXPECT_EQ(deployed.segments[0].sinks[0].topic, "t2");
}

TEST(PlanTest, TheCodesGroupStandsBetweenTheDeploymentsAndTheDefault) {
  const auto plan = [](const std::string& keys) {
    return plan_of(with_options(), deployment("        input: {bootstrap_servers: \"k:1\"" + keys + "}\n"));
  };
  EXPECT_EQ(plan("").segments[0].sources[0].group, "from-code");
  EXPECT_EQ(plan(", consumer_group: from-yaml").segments[0].sources[0].group, "from-yaml");
  EXPECT_EQ(*find_option(plan(", consumer_group: from-yaml").segments[0].steps[0].options, "consumer_group"),
            OptionValue("from-yaml"));
}

TEST(PlanTest, ASourceHasItsSettings) {
  const Plan plan =
      plan_of(simple_map_filter(), simple(", auto_offset_reset: earliest, strict_offset_reset: true, "
                                          "additional_settings: {client.id: x}, "
                                          "override_params: {fetch.min.bytes: 2}"));
  const PlannedSource& source = plan.segments[0].sources.at(0);
  EXPECT_EQ(plan.graph.nodes()[source.node].name, "myinput");
  EXPECT_THAT(source.bootstrap_servers, ElementsAre("k:1"));
  EXPECT_EQ(source.auto_offset_reset, OffsetReset::kEarliest);
  EXPECT_TRUE(source.strict_offset_reset);
  EXPECT_EQ(source.additional_settings.at(0).value, "x");
  EXPECT_EQ(source.override_params.at(0).name, "fetch.min.bytes");
  EXPECT_FALSE(source.header_filter);
}

TEST(PlanTest, ASinkHasItsSettings) {
  const Plan plan = plan_of(simple_map_filter(),
                            simple("", ", additional_settings: {a: 1}, override_params: {linger.ms: 5}"));
  const PlannedSink& sink = plan.segments[0].sinks.at(0);
  EXPECT_EQ(plan.graph.nodes()[sink.node].name, "mysink");
  EXPECT_THAT(sink.bootstrap_servers, ElementsAre("k:1", "k:2"));
  EXPECT_EQ(sink.additional_settings.at(0).value, "1");
  EXPECT_EQ(sink.override_params.at(0).value, "5");
}

TEST(PlanTest, AQueueOnItsSourcesBrokersUsesTheSourcesPasswordAndAnotherClusterNeverSeesIt) {
  const auto queue_of = [](const std::string& dlq) {
    const Plan plan =
        plan_of(with_dlq(),
                deployment("        input: {bootstrap_servers: \"k:1\", security: {protocol: SASL_SSL, sasl: "
                           "{mechanism: PLAIN, username: u, password: p}}" +
                           dlq + "}\n"));
    const auto& queue = plan.segments[0].sinks.at(plan.segments[0].sources[0].dead_letters->sink);
    return queue.security ? queue.security->sasl_password.value_or("none") : "the adapter's";
  };
  EXPECT_EQ(queue_of(""), "p");
  EXPECT_EQ(queue_of(", dlq: {bootstrap_servers: \"k:2\"}"), "the adapter's");
  EXPECT_EQ(queue_of(", dlq: {security: {protocol: PLAINTEXT}}"), "none");
}

TEST(PlanTest, AHeaderFilterOfTheCodeReachesTheSource) {
  const Plan plan = plan_of(with_options(), deployment("        input: {bootstrap_servers: \"k:1\"}\n"));
  ASSERT_TRUE(plan.segments[0].sources[0].header_filter);
  EXPECT_EQ(plan.segments[0].sources[0].header_filter->name, "kind");
  EXPECT_EQ(plan.segments[0].sources[0].header_filter->value, "order");
}

TEST(PlanTest, ADevNullSinkIsNoTopic) {
  const Plan plan = plan_of(with_options(), deployment("        input: {bootstrap_servers: \"k:1\"}\n"));
  EXPECT_TRUE(plan.segments[0].sinks.empty());
  EXPECT_EQ(plan.segments[0].steps.size(), 2U);
}

TEST(PlanTest, TheDeploymentsOptionsWinOverTheCodes) {
  const Plan plan =
      plan_of(with_options(), deployment("        input: {bootstrap_servers: \"k:1\"}\n"
                                         "        nowhere: {batch_size: 500, batch_time_ms: 2s, "
                                         "average_sleep_time_ms: 0.5, max_sleep_time_ms: 7.0}\n"));
  const PlannedStep* null = plan.segments[0].find_step(*plan.graph.find("nowhere"));
  ASSERT_NE(null, nullptr);
  EXPECT_EQ(*find_option(null->options, "batch_size"), OptionValue(std::int64_t{500}));
  EXPECT_EQ(*find_option(null->options, "batch_time"), OptionValue(2000ms));
  // A pause under a millisecond is still a pause.
  EXPECT_EQ(*find_option(null->options, "average_sleep_time"), OptionValue(1ms));
  EXPECT_EQ(*find_option(null->options, "max_sleep_time"), OptionValue(7ms));

  const Plan code = plan_of(with_options(), deployment("        input: {bootstrap_servers: \"k:1\"}\n"));
  EXPECT_EQ(*find_option(code.segments[0].steps[1].options, "batch_size"), OptionValue(std::int64_t{10}));
  EXPECT_EQ(*find_option(code.segments[0].steps[1].options, "max_sleep_time"), OptionValue(20ms));
}

TEST(PlanTest, TheStepsPolicyWinsOverThePipelinesWhichWinsOverFail) {
  const auto policy = [](const std::string& yaml, const char* step) {
    const Plan plan = plan_of(simple_map_filter(), yaml);
    return plan.segments[0].find_step(*plan.graph.find(step))->on_error;
  };
  EXPECT_EQ(policy(simple(), "filter"), OnError::kFail);
  const std::string drop =
      "pipeline:\n  on_error: drop\n" + simple("", "", "        filter: {on_error: fail}\n").substr(10);
  EXPECT_EQ(policy(drop, "filter"), OnError::kFail);
  EXPECT_EQ(policy(drop, "parser"), OnError::kDrop);
}

TEST(PlanTest, WhatTheWholePipelineSaysIsInThePlan) {
  const Plan plan = plan_of(simple_map_filter(),
                            "pipeline:\n"
                            "  commit: {interval: 2s, policy: sync}\n"
                            "  memory: {budget: 32MiB}\n"
                            "  shutdown: {drain_timeout: 1s, leave_on_stop: false}\n"
                            "  adapter_config: {kafka: {membership: dynamic}}\n" +
                                simple().substr(10));
  EXPECT_EQ(plan.commit.interval, 2s);
  EXPECT_EQ(plan.commit.policy, CommitPolicy::kSync);
  EXPECT_EQ(plan.memory_budget, 32U << 20);
  EXPECT_EQ(plan.shutdown.drain_timeout, 1s);
  EXPECT_FALSE(plan.shutdown.leave_on_stop);
  EXPECT_EQ(plan.adapters.kafka.membership, Membership::kDynamic);
}

TEST(PlanTest, TheLoadersWarningsComeFirst) {
  const Plan plan = plan_of(simple_map_filter(), "sentry_sdk_config: {dsn: \"https://k@h/1\"}\n" +
                                                     simple("", "", "        filter: {parallelism: 2}\n"));
  ASSERT_EQ(plan.warnings.size(), 2U);
  EXPECT_THAT(plan.warnings[0], testing::HasSubstr("deploy.yaml:1"));
  EXPECT_THAT(plan.warnings[1], testing::HasSubstr("'parallelism' has no effect"));
}

TEST(PlanTest, AQueueTakesTheRefusedRecordsUnlessAStepSaysOtherwise) {
  const Plan plan = plan_of(with_dlq(), deployment("        input: {bootstrap_servers: \"k:1\"}\n"));
  const Segment& segment = plan.segments[0];
  ASSERT_TRUE(segment.sources[0].dead_letters.has_value());
  const PlannedSink& queue = segment.sinks.at(segment.sources[0].dead_letters->sink);
  EXPECT_EQ(queue.topic, "dead");
  EXPECT_EQ(queue.name, "input.dlq");
  EXPECT_EQ(queue.bootstrap_servers, std::vector<std::string>{"k:1"});
  EXPECT_EQ(segment.steps[1].on_error, OnError::kDlq);

  const Plan dropping =
      plan_of(with_dlq(),
              "pipeline:\n  on_error: drop\n  segments:\n    - steps_config:\n        input: "
              "{bootstrap_servers: \"k:1\", dlq: {topic: other, bootstrap_servers: \"k:2\"}}\n");
  EXPECT_EQ(dropping.segments[0].steps[1].on_error, OnError::kDrop);
  EXPECT_EQ(dropping.segments[0].sinks[0].topic, "other");
  EXPECT_EQ(dropping.segments[0].sinks[0].bootstrap_servers, std::vector<std::string>{"k:2"});

  const Plan off =
      plan_of(with_dlq(), deployment("        input: {bootstrap_servers: \"k:1\", dlq: {enabled: false}}\n"));
  EXPECT_FALSE(off.segments[0].sources[0].dead_letters.has_value());
  EXPECT_TRUE(off.segments[0].sinks.empty());
  EXPECT_EQ(off.segments[0].steps[1].on_error, OnError::kFail);
}

TEST(PlanTest, OnlyStepsThatCallTheAuthorTryAgain) {
  const Plan plan =
      plan_of(simple_map_filter(),
              "pipeline:\n  retry: {max_attempts: 3}\n  segments:\n    - steps_config:\n"
              "        myinput: {bootstrap_servers: \"k:1\"}\n        mysink: {bootstrap_servers: "
              "\"k:1\"}\n        filter: {retry: {max_attempts: 5}}\n");
  std::vector<std::uint32_t> attempts;
  for (const PlannedStep& step : plan.segments[0].steps) attempts.push_back(step.retry.max_attempts);
  EXPECT_EQ(attempts, (std::vector<std::uint32_t>{1, 1, 5, 3, 1, 1}));
}

}  // namespace
