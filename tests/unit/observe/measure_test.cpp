#include "observe/measure.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/histogram.hpp"
#include "unit/observe/run_story.hpp"

namespace {

using namespace std::chrono_literals;
using namespace streams::runtime;
using streams::tests::RunStory;
using testing::ElementsAre;
using testing::Pair;

std::optional<double> value_of(const std::vector<Sample>& samples, Metric metric, const Labels& labels) {
  for (const Sample& sample : samples) {
    if (sample.row->metric == metric && sample.labels == labels) return sample.value;
  }
  return std::nullopt;
}

TEST(MeasureTest, AStepHasItsCountsUnderItsName) {
  RunStory run;
  StepView& step = run.snapshot.steps[1];
  step.input = 10;
  step.output = 7;
  step.filtered = 2;
  step.errors[static_cast<std::size_t>(streams::StepErrorKind::parse)] = 1;
  const auto samples = measure(run.observation());
  EXPECT_EQ(value_of(samples, Metric::input_messages, {{"step", "double"}}), 10);
  EXPECT_EQ(value_of(samples, Metric::output_messages, {{"step", "double"}}), 7);
  EXPECT_EQ(value_of(samples, Metric::dropped_messages, {{"step", "double"}, {"reason", "filtered"}}), 2);
  EXPECT_EQ(value_of(samples, Metric::errors, {{"step", "double"}, {"error_type", "parse"}}), 1);
  EXPECT_EQ(value_of(samples, Metric::errors, {{"step", "double"}, {"error_type", "function"}}), 0);
  EXPECT_EQ(value_of(samples, Metric::input_bytes, {{"step", "double"}}), std::nullopt);
}

TEST(MeasureTest, LagIsWhatIsNotCommittedAndIsMissingWhereItIsNotKnown) {
  RunStory run;
  run.partition(0).position = 150;
  run.partition(0).committed = 120;
  run.partition(0).end = 200;
  run.partition(1).end = -1;
  const auto samples = measure(run.observation());
  EXPECT_EQ(value_of(samples, Metric::consumer_lag, {{"topic", "orders"}, {"partition", "0"}}), 80);
  EXPECT_EQ(value_of(samples, Metric::consumer_lag, {{"topic", "orders"}, {"partition", "1"}}), std::nullopt);
}

TEST(MeasureTest, LagIsNeverLessThanWhatWasReadAndNotCommitted) {
  RunStory run;
  run.partition(0).position = 150;
  run.partition(0).committed = 120;
  run.partition(0).end = 100;  // an answer from before these records
  EXPECT_EQ(run.partition(0).lag(), 30);
}

TEST(MeasureTest, WorkersAreCountedByStateAndByWhatHoldsThemBack) {
  RunStory run;
  run.snapshot.workers.push_back(run.worker());
  run.snapshot.workers[1].held_back = HeldBack::memory;
  const auto samples = measure(run.observation());
  EXPECT_EQ(value_of(samples, Metric::workers, {{"state", "running"}}), 2);
  EXPECT_EQ(value_of(samples, Metric::workers, {{"state", "draining"}}), 0);
  EXPECT_EQ(value_of(samples, Metric::held_back_workers, {{"by", "memory"}}), 1);
  EXPECT_EQ(value_of(samples, Metric::assigned_partitions, {}), 4);
}

TEST(MeasureTest, OneWorkerWithoutItsClusterMakesItUnreachable) {
  RunStory run;
  run.snapshot.workers.push_back(run.worker());
  run.snapshot.workers[1].source.reachable = false;
  const auto samples = measure(run.observation());
  EXPECT_EQ(value_of(samples, Metric::cluster_reachable, {{"client", "consumer"}}), 0);
  EXPECT_EQ(value_of(samples, Metric::cluster_reachable, {{"client", "producer"}}), 1);
  EXPECT_EQ(value_of(samples, Metric::ready, {}), 0);
  EXPECT_EQ(value_of(samples, Metric::healthy, {}), 1);
}

TEST(MeasureTest, DifferencesLeaveOutWhatDidNotMoveAndKeepGauges) {
  RunStory run;
  run.snapshot.steps[0].input = 10;
  run.snapshot.steps[1].input = 10;
  const auto before = measure(run.observation());
  run.snapshot.steps[0].input = 25;
  run.snapshot.memory_used = 99;
  const auto difference = since(before, measure(run.observation()));
  EXPECT_EQ(value_of(difference, Metric::input_messages, {{"step", "orders"}}), 15);
  EXPECT_EQ(value_of(difference, Metric::input_messages, {{"step", "double"}}), std::nullopt);
  EXPECT_EQ(value_of(difference, Metric::memory_used, {}), 99);
}

TEST(MeasureTest, TheFirstDifferenceIsEverythingSoFar) {
  RunStory run;
  run.snapshot.steps[0].input = 10;
  EXPECT_EQ(value_of(since({}, measure(run.observation())), Metric::input_messages, {{"step", "orders"}}),
            10);
}

TEST(MeasureTest, DifferencesOfHistogramsAreWhatWasAdded) {
  RunStory run;
  DurationHistogram histogram(step_bounds());
  histogram.add(2ms);
  run.snapshot.steps[1].duration = histogram.look();
  const auto before = measure(run.observation());
  histogram.add(2ms);
  histogram.add(2ms);
  run.snapshot.steps[1].duration = histogram.look();
  const auto difference = since(before, measure(run.observation()));
  const auto found = std::find_if(difference.begin(), difference.end(),
                                  [](const Sample& s) { return s.row->metric == Metric::duration; });
  ASSERT_NE(found, difference.end());
  EXPECT_EQ(found->histogram.count(), 2U);
  EXPECT_NEAR(found->histogram.sum, 0.004, 1e-9);
}

TEST(MeasureTest, OwnLabelsWinOverTheOperatorsTagsAndSecretsStayInside) {
  Params tags{{"region", "us", false, {}},
              {"pipeline", "other", false, {}},
              {"step", "x", false, {}},
              {"token", "geheim", true, {}}};
  EXPECT_THAT(common_labels({"p", "0", tags}),
              ElementsAre(Pair("pipeline", "p"), Pair("segment", "0"), Pair("region", "us")));
}

}  // namespace
