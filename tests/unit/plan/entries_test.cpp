#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/map.hpp>
#include <streams/step/merge.hpp>

#include "unit/plan/sample_pipelines.hpp"

// Which entry of `pipeline.segments` owns a step, and what crosses from one to the other.

namespace streams::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Opaque {
  int value = 0;
};

std::string entry(const std::string& steps) {
  return "    - steps_config: {" + steps + "}\n";
}
std::string entries(const std::string& list, const std::string& pipeline = "") {
  return "pipeline:\n" + pipeline + "  segments:\n" + list;
}

Pipeline chain() {
  return streaming_source("in", "input")
      .apply(Map("a", [](const Bytes& bytes) { return bytes.str(); }))
      .apply(Map("b", [](const std::string& text) { return Opaque{static_cast<int>(text.size())}; }))
      .apply(Map("c", [](const Opaque& opaque) { return Bytes::copy_of(std::to_string(opaque.value)); }))
      .sink(StreamSink("out", "output"));
}

const std::string kIn = "in: {bootstrap_servers: k}";
const std::string kOut = "out: {bootstrap_servers: k}";

std::vector<std::string> steps_of(const Plan& plan, std::size_t segment) {
  std::vector<std::string> names;
  for (const PlannedStep& step : plan.segments.at(segment).steps)
    names.push_back(plan.graph.nodes()[step.node].name);
  return names;
}

TEST(EntriesTest, AnEntryOwnsItsStepsAndThoseThatFollow) {
  const Plan plan = plan_of(chain().graph("p"), entries(entry(kIn) + entry("b: {on_error: fail}, " + kOut)));
  ASSERT_EQ(plan.segments.size(), 2U);
  EXPECT_THAT(steps_of(plan, 0), ElementsAre("in", "a"));
  EXPECT_THAT(steps_of(plan, 1), ElementsAre("b", "c", "out"));
  ASSERT_EQ(plan.internal_topics.size(), 1U);
  EXPECT_EQ(plan.internal_topics[0].name, "p.b.a");
  EXPECT_EQ(plan.internal_topics[0].group, "p.b");
  EXPECT_THAT(plan.internal_topics[0].bootstrap_servers, ElementsAre("k"));
  EXPECT_EQ(plan.segments[0].sinks.back().topic, "p.b.a");
  EXPECT_EQ(plan.segments[1].sources.front().topic, "p.b.a");
  EXPECT_EQ(plan.segments[1].sources.front().auto_offset_reset, OffsetReset::kEarliest);
  EXPECT_EQ(plan.whole.sources.size(), 2U);
  EXPECT_EQ(plan.whole.label(), "all");
}

TEST(EntriesTest, OneEntryIsTheWhole) {
  const Plan plan = plan_of(chain().graph("p"), entries(entry(kIn + ", " + kOut)));
  EXPECT_EQ(plan.segments.size(), 1U);
  EXPECT_THAT(plan.internal_topics, IsEmpty());
  EXPECT_EQ(plan.whole.label(), "0");
}

TEST(EntriesTest, APayloadWithoutACodecCannotCross) {
  EXPECT_THAT(faults_of(chain().graph("p"), entries(entry(kIn) + entry("c: {on_error: fail}, " + kOut))),
              HasSubstr("the messages of Map 'b' go to Map 'c' through a topic, and their type, "));
}

TEST(EntriesTest, EntriesThatFeedEachOtherAreRefused) {
  EXPECT_THAT(faults_of(chain().graph("p"),
                        entries(entry(kIn + ", c: {on_error: fail}") + entry("a: {on_error: fail}"))),
              HasSubstr("segments 0 and 1 feed each other"));
}

TEST(EntriesTest, AnEntryWithoutStepsIsRefused) {
  EXPECT_THAT(faults_of(chain().graph("p"), entries(entry(kIn + ", " + kOut) + "    - steps_config: {}\n")),
              HasSubstr("segment 1 has no steps"));
}

TEST(EntriesTest, AStepBehindTwoEntriesMustBeNamed) {
  auto left = streaming_source("left", "l");
  auto right = streaming_source("right", "r");
  const Graph graph = merge("both", left, right).sink(StreamSink("out", "output")).graph("p");
  const std::string two =
      entry("left: {bootstrap_servers: k}") + entry("right: {bootstrap_servers: k}, " + kOut);
  EXPECT_THAT(
      faults_of(graph, entries(two)),
      HasSubstr(
          "Merge 'both' reads from 'left' in segment 0 and from 'right' in segment 1, and no entry names "
          "it; put it under the 'steps_config' of one of them"));
}

TEST(EntriesTest, SourcesWithoutAGroupShareThePipelines) {
  auto left = streaming_source("left", "l");
  auto right = streaming_source("right", "r", {.consumer_group = "own"});
  auto third = streaming_source("third", "t");
  const Graph graph = merge("both", left, right, third).sink(StreamSink("out", "output")).graph("p");
  const Plan plan =
      plan_of(graph, entries(entry("left: {bootstrap_servers: k}, right: {bootstrap_servers: k}, third: "
                                   "{bootstrap_servers: k}, " +
                                   kOut)));
  EXPECT_EQ(plan.sources[0].group, "pipeline-p");
  EXPECT_EQ(plan.sources[1].group, "own");
  EXPECT_EQ(plan.sources[2].group, "pipeline-p");
}

TEST(EntriesTest, ADeadLetterQueueBelongsToEverySegmentItsRecordsReach) {
  const Plan plan =
      plan_of(chain().graph("p"), entries(entry("in: {bootstrap_servers: k, dlq: {topic: dead}}") +
                                          entry("b: {on_error: dlq}, " + kOut)));
  ASSERT_NE(plan.segments[1].find_queue("input"), nullptr);
  EXPECT_EQ(plan.segments[1].sinks[plan.segments[1].find_queue("input")->sink].topic, "dead");
  EXPECT_EQ(plan.segments[1].find_queue("other"), nullptr);
}

}  // namespace
}  // namespace streams::runtime
