#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plan/sample_pipelines.hpp"

namespace {

using namespace streams::runtime;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kServers = "bootstrap_servers: [\"k:9092\"]";

std::string step(const std::string& name, const std::string& keys) {
  return "        " + name + ": {" + keys + "}\n";
}

std::string simple(const std::string& steps, const std::string& input = "") {
  return deployment(step("myinput", std::string(kServers) + input) + step("mysink", kServers) + steps);
}

std::vector<std::string> names(const Plan& plan, std::size_t chain) {
  std::vector<std::string> all;
  for (const std::size_t node : plan.segments.at(0).chains.at(chain).nodes)
    all.push_back(plan.graph.nodes()[node].name);
  return all;
}

TEST(ChainsTest, OneChainRunsEverythingByDefault) {
  const Plan plan = plan_of(simple_map_filter(), simple(""));
  ASSERT_EQ(plan.segments.size(), 1U);
  ASSERT_EQ(plan.segments[0].chains.size(), 1U);
  EXPECT_THAT(names(plan, 0),
              ElementsAre("myinput", "parser", "filter", "transform", "serializer", "mysink"));
  EXPECT_EQ(plan.segments[0].chains[0].threads, 1U);
  EXPECT_EQ(plan.segments[0].workers, 1U);
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(ChainsTest, TheSourcesParallelismIsThatOfItsChain) {
  const Plan plan = plan_of(simple_map_filter(), simple("", ", parallelism: 3"));
  EXPECT_EQ(plan.segments[0].chains[0].threads, 3U);
  EXPECT_EQ(plan.segments[0].workers, 3U);
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(ChainsTest, TheEntrysParallelismIsTheDefaultOfItsChains) {
  const std::string yaml = "pipeline:\n  segments:\n    - parallelism: 2\n      steps_config:\n" +
                           step("myinput", kServers) + step("mysink", kServers);
  EXPECT_EQ(plan_of(simple_map_filter(), yaml).segments[0].workers, 2U);
}

TEST(ChainsTest, AStepWithItsOwnParallelismStartsAChain) {
  const Plan plan =
      plan_of(simple_map_filter(), simple(step("filter", "starts_segment: true, parallelism: 4")));
  ASSERT_EQ(plan.segments[0].chains.size(), 2U);
  EXPECT_THAT(names(plan, 0), ElementsAre("myinput", "parser"));
  EXPECT_THAT(names(plan, 1), ElementsAre("filter", "transform", "serializer", "mysink"));
  EXPECT_EQ(plan.segments[0].chains[0].threads, 1U);
  EXPECT_EQ(plan.segments[0].chains[1].threads, 4U);
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(ChainsTest, TheWidestChainDecidesTheNumberOfWorkers) {
  const Plan plan = plan_of(
      simple_map_filter(),
      simple(step("parser",
                  "starts_segment: true, parallelism: {multi_process: {processes: 4, batch_size: 1000, "
                  "batch_time: 0.2}}") +
                 step("serializer", "starts_segment: true, parallelism: {threads: 2}"),
             ", parallelism: 1"));
  ASSERT_EQ(plan.segments[0].chains.size(), 3U);
  EXPECT_EQ(plan.segments[0].chains[1].threads, 4U);
  EXPECT_EQ(plan.segments[0].chains[2].threads, 2U);
  EXPECT_EQ(plan.segments[0].workers, 4U);
}

TEST(ChainsTest, AChainWithoutParallelismIsFusedWithItsUpstream) {
  const Plan plan = plan_of(simple_map_filter(), simple(step("filter", "starts_segment: true")));
  EXPECT_EQ(plan.segments[0].chains.size(), 1U);
}

TEST(ChainsTest, ParallelismInsideAChainIsAWarningAtItsLine) {
  const Plan plan = plan_of(simple_map_filter(), simple(step("filter", "parallelism: 4")));
  EXPECT_EQ(plan.segments[0].workers, 1U);
  EXPECT_THAT(
      plan.warnings,
      ElementsAre(
          "deploy.yaml:6:18: 'parallelism' has no effect: Filter 'filter' does not start a chain; add "
          "`starts_segment: true` to it, or set 'parallelism' where the chain starts"));
}

TEST(ChainsTest, ASourceThatIsToldNotToStartAChainIsAWarning) {
  const Plan plan = plan_of(simple_map_filter(), simple("", ", starts_segment: false"));
  EXPECT_THAT(plan.warnings, ElementsAre(HasSubstr("source 'myinput' always starts a chain")));
}

TEST(ChainsTest, BothPathsOfAFanOutStayInTheChainUnlessOneStartsItsOwn) {
  const std::string ends = step("orders", kServers) + step("out", kServers);
  const Plan fused = plan_of(fan_out(), deployment(ends));
  EXPECT_EQ(fused.segments[0].chains.size(), 1U);

  const Plan cut =
      plan_of(fan_out(), deployment(ends + step("encode", "starts_segment: true, parallelism: 2")));
  ASSERT_EQ(cut.segments[0].chains.size(), 2U);
  EXPECT_THAT(names(cut, 0), testing::UnorderedElementsAre("orders", "parser", "paid", "nowhere"));
  EXPECT_THAT(names(cut, 1), ElementsAre("encode", "out"));
}

}  // namespace
