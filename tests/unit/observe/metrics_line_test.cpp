#include "observe/metrics_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "observe/histogram.hpp"
#include "unit/observe/run_story.hpp"

namespace {

using namespace std::chrono_literals;
using namespace streams::runtime;
using streams::tests::RunStory;
using testing::HasSubstr;

TEST(MetricsLineTest, SaysRatesLagAndWhatIsInFlightOnOneLine) {
  RunStory run;
  const Observation before = run.observation();
  run.turn_for(10s);
  run.snapshot.steps[0].input = 1234;
  run.snapshot.steps[1].filtered = 4;
  run.worker().awaiting = 5;
  run.partition(0).end = 130;
  const std::string line = metrics_line(before, run.observation(), {{"pipeline", "p"}, {"segment", "0"}});
  EXPECT_EQ(line,
            "metrics pipeline=p segment=0 over 10.0 s: orders 123/s, double 0.0/s, keep 0.0/s, out 0.0/s; "
            "refused 0, dropped 4; partitions 2, lag 30; in flight 5, memory 0 of 65536 KiB");
}

TEST(MetricsLineTest, SaysWhyItIsUnhealthyAndHowLongRecordsTook) {
  RunStory run;
  const Observation before = run.observation();
  run.take(1);
  run.stay_in_turn_for(100s);
  DurationHistogram latency(latency_bounds());
  latency.add(30ms);
  run.snapshot.end_to_end = latency.look();
  const std::string line = metrics_line(before, run.observation(), {});
  EXPECT_THAT(line, HasSubstr("half within 0.05 s, 99 % within 0.05 s"));
  EXPECT_THAT(line, HasSubstr("unhealthy: a record has been in the steps for 100 s"));
}

TEST(QuantileTest, IsTheBoundThatTheShareIsUnder) {
  static constexpr double kBounds[] = {1, 2};
  HistogramView view{kBounds, {90, 9, 1}, 0};
  EXPECT_EQ(quantile(view, 0.5), 1);
  EXPECT_EQ(quantile(view, 0.99), 2);
  EXPECT_EQ(quantile(view, 1), std::numeric_limits<double>::infinity());
  view.counts = {0, 0, 0};
  EXPECT_LT(quantile(view, 0.5), 0);
}

}  // namespace
