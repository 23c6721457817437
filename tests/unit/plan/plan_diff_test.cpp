#include "plan/plan_diff.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/key_by.hpp>
#include <streams/step/map.hpp>

#include "unit/plan/sample_pipelines.hpp"

// What a changed deployment would leave behind.

namespace streams::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Graph keyed() {
  return streaming_source("in", "input")
      .apply(Map("text", [](const Bytes& bytes) { return bytes.str(); }))
      .apply(KeyBy("by", [](const std::string& text) { return text; }))
      .apply(Map("bytes", [](const std::string& text) { return Bytes::copy_of(text); }))
      .sink(StreamSink("out", "output"))
      .graph("p");
}

/// A deployment of `keyed()`; `pipeline` stands beside its segments.
Plan with(const std::string& in = "", const std::string& pipeline = "") {
  return plan_of(keyed(), "pipeline:\n" + pipeline +
                              "  segments:\n    - steps_config:\n        in: {bootstrap_servers: k" + in +
                              "}\n        out: {bootstrap_servers: k}\n");
}

/// The same in two entries, the second of which begins at that step.
Plan entries(const std::string& step) {
  return plan_of(keyed(),
                 "pipeline:\n  segments:\n    - steps_config:\n        in: {bootstrap_servers: k}\n" +
                     ("    - steps_config:\n        " + step) +
                     ": {on_error: fail}\n        out: {bootstrap_servers: k}\n");
}

std::vector<std::string> orphans(const Plan& before, const Plan& after) {
  std::vector<std::string> texts;
  for (const PlanChange& change : compare(before, after))
    if (change.orphans) texts.push_back(change.text);
  return texts;
}

TEST(PlanDiffTest, TheSamePlanChangesNothing) {
  EXPECT_THAT(compare(with(), with()), IsEmpty());
}

TEST(PlanDiffTest, ACutThatIsTakenOutOrphansItsTopic) {
  const Plan cut = entries("text");
  ASSERT_EQ(cut.internal_topics.size(), 2U);
  EXPECT_THAT(
      orphans(cut, with()),
      ElementsAre(
          "internal topic 'p.text.in' (from in to text) is orphaned: nothing reads it any more, and the "
          "records that are in it would never arrive; stop what writes into it, let the old deployment "
          "run until group 'p.text' has no lag, then delete the topic and the group"));
}

TEST(PlanDiffTest, ACutThatIsPutInOrphansNothing) {
  EXPECT_THAT(orphans(with(), entries("text")), IsEmpty());
}

TEST(PlanDiffTest, ANewNameOfThePipelineOrphansItsTopics) {
  EXPECT_THAT(orphans(with(), with("", "  name: q\n")),
              ElementsAre(HasSubstr("'p.bytes.by' (from by to bytes)")));
}

TEST(PlanDiffTest, AnotherNumberOfPartitionsOrAnotherClusterIsSaid) {
  EXPECT_THAT(orphans(with(), with("", "  internal_topics: {partitions: 8}\n")),
              ElementsAre(HasSubstr("is to have 8 partitions")));
  EXPECT_THAT(orphans(with(), with("", "  internal_topics: {bootstrap_servers: other}\n")),
              ElementsAre(HasSubstr("moves from k to other")));
}

TEST(PlanDiffTest, AnotherGroupTopicOrQueueOfASourceIsSaid) {
  EXPECT_THAT(
      orphans(with(), with(", consumer_group: g")),
      ElementsAre("source 'in' reads as group 'g' instead of 'pipeline-in': it does not go on where that one "
                  "was, but begins at latest; to go on there, write `consumer_group: pipeline-in`"));
  EXPECT_THAT(orphans(with(), with(", topic: t")),
              ElementsAre(HasSubstr("reads topic 't' at k instead of 'input' at k")));
  EXPECT_THAT(orphans(with(", dlq: {topic: dead}"), with(", dlq: {topic: other}")),
              ElementsAre(HasSubstr("go to 'other': those in 'dead' are not listed or redriven any more")));
  EXPECT_THAT(orphans(with(", dlq: {topic: dead}"), with()),
              ElementsAre(HasSubstr("have no queue any more")));
}

TEST(PlanDiffTest, AnotherPayloadInATopicIsSaid) {
  const Graph numbers =
      streaming_source("in", "input")
          .apply(Map("text", [](const Bytes& bytes) { return static_cast<int>(bytes.size()); }))
          .apply(KeyBy("by", [](int size) { return size; }))
          .apply(Map("bytes", [](int size) { return Bytes::copy_of(std::to_string(size)); }))
          .sink(StreamSink("out", "output"))
          .graph("p");
  const std::string yaml =
      "pipeline:\n  segments:\n    - steps_config:\n        in: {bootstrap_servers: k}\n        out: "
      "{bootstrap_servers: "
      "k}\n";
  EXPECT_THAT(orphans(with(), plan_of(numbers, yaml)),
              ElementsAre(HasSubstr("carries int (json) instead of")));
}

}  // namespace
}  // namespace streams::runtime
