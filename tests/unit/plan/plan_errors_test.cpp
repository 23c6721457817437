#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/config/fake_environment.hpp"
#include "unit/plan/sample_pipelines.hpp"

namespace {

using namespace streams::runtime;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A deployment of simple_map_filter that is right: line 4 is `myinput`, line 5 `mysink`, `more` follows.
std::string right(const std::string& more = "", const std::string& input = "", const std::string& sink = "") {
  return deployment("        myinput: {bootstrap_servers: \"k:1\"" + input + "}\n" +
                    "        mysink: {bootstrap_servers: \"k:1\"" + sink + "}\n" + more);
}

/// The same below keys of the pipeline.
std::string with_pipeline(const std::string& keys) {
  return "pipeline:\n" + keys + right().substr(10);
}

TEST(PlanErrorsTest, ARightDeploymentHasNone) {
  EXPECT_EQ(faults_of(simple_map_filter(), right()), "");
  EXPECT_EQ(faults_of(simple_map_filter(), with_pipeline("  on_error: drop\n")), "");
}

TEST(PlanErrorsTest, AnUnknownStepIsNamedWithTheNearestOne) {
  EXPECT_EQ(faults_of(simple_map_filter(), right("        tranform: {on_error: drop}\n")),
            "deploy.yaml:6:9: no step 'tranform' in pipeline 'simple_map_filter'; did you mean 'transform'?");
}

TEST(PlanErrorsTest, AnUnknownStepFarFromAllIsNamedWithTheListOfSteps) {
  EXPECT_EQ(faults_of(simple_map_filter(), right("        xyzzy: {on_error: drop}\n")),
            "deploy.yaml:6:9: no step 'xyzzy' in pipeline 'simple_map_filter'; its steps are: myinput, "
            "parser, filter, "
            "transform, serializer, mysink");
}

TEST(PlanErrorsTest, MissingBrokersAreSaidAtTheStepWithTheKeyToWrite) {
  EXPECT_EQ(
      faults_of(simple_map_filter(), deployment("        myinput: {topic: t}\n        mysink: {topic: u}\n")),
      "deploy.yaml:4:9: StreamingSource 'myinput' has no brokers; write `bootstrap_servers: [\"host:9092\"]` "
      "under "
      "`steps_config: myinput:`\n"
      "deploy.yaml:5:9: StreamSink 'mysink' has no brokers; write `bootstrap_servers: [\"host:9092\"]` under "
      "`steps_config: mysink:`");
}

TEST(PlanErrorsTest, MissingBrokersOfAnUnnamedStepAreSaidAtTheEntry) {
  EXPECT_THAT(faults_of(simple_map_filter(), deployment("        myinput: {bootstrap_servers: \"k:1\"}\n")),
              HasSubstr("deploy.yaml:3:7: StreamSink 'mysink' has no brokers"));
}

TEST(PlanErrorsTest, BrokersUnderAMisspeltStepAreNotMissingToo) {
  EXPECT_EQ(faults_of(simple_map_filter(), deployment("        myinput: {bootstrap_servers: \"k:1\"}\n"
                                                      "        mysinc: {bootstrap_servers: \"k:1\"}\n")),
            "deploy.yaml:5:9: no step 'mysinc' in pipeline 'simple_map_filter'; did you mean 'mysink'?");
  EXPECT_EQ(faults_of(simple_map_filter(), deployment("        myinput: {bootstrap_servers: \"k:1\"}\n"
                                                      "        mysinc: {topic: t}\n")),
            "deploy.yaml:3:7: StreamSink 'mysink' has no brokers; write `bootstrap_servers: [\"host:9092\"]` "
            "under `steps_config: mysink:`\n"
            "deploy.yaml:5:9: no step 'mysinc' in pipeline 'simple_map_filter'; did you mean 'mysink'?");
}

TEST(PlanErrorsTest, AnAdapterWithoutBrokersNeedsNone) {
  const Plan plan =
      plan_of(simple_map_filter(), deployment("        myinput: {topic: t}\n"), {.bootstrap_servers = false});
  EXPECT_EQ(plan.segments[0].sources[0].topic, "t");
  EXPECT_EQ(plan.segments[0].sinks[0].topic, "transformed-events");
}

TEST(PlanErrorsTest, WhatWouldChangeAPromiseIsRefusedUntilItIsThere) {
  const auto simple = simple_map_filter();
  EXPECT_EQ(
      faults_of(simple, with_pipeline("  delivery: exactly_once\n")),
      "deploy.yaml:2:3: `delivery: exactly_once` is not available in this version yet; use at_least_once");
  EXPECT_EQ(
      faults_of(simple, with_pipeline("  delivery: at_most_once\n")),
      "deploy.yaml:2:3: `delivery: at_most_once` is not available in this version yet; use at_least_once");
}

TEST(PlanErrorsTest, TheSameAtAStepIsRefusedAtItsLine) {
  const auto simple = simple_map_filter();
  EXPECT_THAT(faults_of(simple, right("", "", ", delivery: at_most_once")),
              HasSubstr("deploy.yaml:5:44: `delivery: at_most_once` is not available"));
}

TEST(PlanErrorsTest, DlqWithoutAQueueIsRefusedWhereItIsWritten) {
  const auto simple = simple_map_filter();
  const std::string needed =
      "`on_error: dlq` needs a dead letter queue; write `dlq: {topic: NAME}` under `steps_config: myinput:`";
  EXPECT_EQ(faults_of(simple, with_pipeline("  on_error: dlq\n")), "deploy.yaml:2:3: " + needed);
  EXPECT_EQ(faults_of(simple, right("        filter:\n          on_error: dlq\n")),
            "deploy.yaml:7:11: " + needed);
  EXPECT_EQ(faults_of(simple, right("        filter:\n          on_error: dlq\n", ", dlq: {topic: dead}")),
            "");
}

TEST(PlanErrorsTest, AQueueNeedsATopicThatIsNotTheSources) {
  const auto simple = simple_map_filter();
  EXPECT_EQ(
      faults_of(simple, right("", ", dlq: {enabled: true}")),
      "deploy.yaml:4:45: the dead letter queue of source 'myinput' has no topic; write `dlq: {topic: NAME}`, "
      "or `enabled: false` to do without it");
  EXPECT_EQ(faults_of(simple, right("", ", dlq: {enabled: false}")), "");
  EXPECT_EQ(
      faults_of(simple, right("", ", topic: t, dlq: {topic: t}")),
      "deploy.yaml:4:55: source 'myinput' reads its own dead letter queue, 't': refused records would come "
      "back; name another topic");
}

TEST(PlanErrorsTest, TwoSourcesOfOneTopicAndGroupAreRefused) {
  EXPECT_EQ(
      faults_of(two_sources(),
                deployment("        a: {bootstrap_servers: k, topic: t}\n        a_out: {bootstrap_servers: k}\n"
                           "        b: {bootstrap_servers: k, topic: t}\n        b_out: {bootstrap_servers: k}\n")),
      "deploy.yaml:6:9: sources 'a' and 'b' read topic 't' in the same group, 'pipeline-two_sources', so each would "
      "get only a part; use the stream of one of them twice, or give one a 'consumer_group'");
}

TEST(PlanErrorsTest, OptionsThatContradictEachOtherOnlyTogetherAreFound) {
  const auto deploy = [](const std::string& null) {
    return deployment("        input: {bootstrap_servers: \"k:1\"}\n        nowhere: {" + null + "}\n");
  };
  // The code says 5ms on average and 20ms at most.
  EXPECT_EQ(
      faults_of(with_options(), deploy("max_sleep_time_ms: 2")),
      "deploy.yaml:5:19: DevNullSink 'nowhere', code and deployment together: max_sleep_time (2ms) is below "
      "average_sleep_time (5ms); raise it or lower the average");
  EXPECT_EQ(faults_of(with_options(), deploy("max_sleep_time_ms: 5")), "");
  EXPECT_THAT(
      faults_of(fan_out(), deployment("        nowhere: {batch_time_ms: 0}\n")),
      HasSubstr("deploy.yaml:4:19: DevNullSink 'nowhere', code and deployment together: batch_time is "
                "0ms; it must be above zero"));
}

TEST(PlanErrorsTest, OneDelayOfADevNullSinkMayStandInTheCodeAndTheOtherInTheDeployment) {
  const auto deploy = [](const std::string& delays) {
    return deployment("        input: {bootstrap_servers: \"k:1\"}\n        nowhere: {" + delays + "}\n");
  };
  EXPECT_EQ(faults_of(with_options(), deploy("average_sleep_time_ms: 20")), "");
  EXPECT_EQ(faults_of(with_options(), deploy("batch_size: 1, average_sleep_time_ms: 21")),
            "deploy.yaml:5:34: DevNullSink 'nowhere', code and deployment together: max_sleep_time (20ms) is "
            "below average_sleep_time (21ms); raise it or lower the average");
  EXPECT_EQ(faults_of(with_options(), deploy("average_sleep_time_ms: 6000, max_sleep_time_ms: 5000")),
            "deploy.yaml:5:48: DevNullSink 'nowhere', code and deployment together: max_sleep_time (5s) is "
            "below average_sleep_time (6s); raise it or lower the average");
  EXPECT_THAT(
      faults_of(fan_out(), deployment("        nowhere: {average_sleep_time_ms: 1}\n")),
      HasSubstr("deploy.yaml:4:19: DevNullSink 'nowhere', code and deployment together: average_sleep_time "
                "needs max_sleep_time, the upper bound of a delay; set it too"));
}

TEST(PlanErrorsTest, AllFaultsAreSaidAtOnceInTheOrderOfTheFile) {
  try {
    plan_of(simple_map_filter(), deployment("        myinput: {batch_size: 3}\n"
                                            "        filtr: {on_error: drop}\n"
                                            "        mysink: {on_error: dlq}\n"));
    FAIL() << "no fault";
  } catch (const ConfigError& error) {
    std::vector<std::string> texts;
    for (const ConfigFault& fault : error.faults()) texts.push_back(to_text(fault));
    EXPECT_THAT(texts, ElementsAre(HasSubstr(":4:9: StreamingSource 'myinput' has no brokers"),
                                   HasSubstr(":4:19: key 'batch_size'"), HasSubstr(":5:9: no step 'filtr'"),
                                   HasSubstr(":6:9: StreamSink 'mysink' has no brokers"),
                                   HasSubstr(":6:18: `on_error: dlq` needs a dead letter queue")));
  }
}

TEST(PlanErrorsTest, AConfigurationMadeByHandHasNoLines) {
  DeploymentConfig config;
  config.file = "by hand";
  config.pipeline.segments.emplace_back();
  try {
    make_plan(simple_map_filter(), config);
    FAIL() << "no fault";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("by hand: StreamingSource 'myinput' has no brokers"), Not(HasSubstr(":0"))));
  }
  EXPECT_EQ(make_plan(simple_map_filter(), config, {.bootstrap_servers = false}).segments[0].workers, 1U);
}

TEST(PlanErrorsTest, ASinkThatFeedsItsOwnSourceIsAWarning) {
  const Plan plan = plan_of(simple_map_filter(), right("", "", ", topic: ingest-metrics"));
  EXPECT_THAT(plan.warnings,
              ElementsAre("deploy.yaml:5:9: sink 'mysink' writes to 'ingest-metrics', the topic that source "
                          "'myinput' reads: what it writes comes back; give one of them another 'topic'"));
}

}  // namespace
