#include "observe/histogram.hpp"

#include <chrono>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using streams::runtime::DurationHistogram;
using streams::runtime::HistogramView;

constexpr double kBounds[] = {0.001, 0.01, 0.1};

TEST(DurationHistogramTest, CountsAValueAtItsBoundAndOneAboveAllOfThem) {
  DurationHistogram histogram(kBounds);
  histogram.add(1ms);
  histogram.add(1ms + 1ns);
  histogram.add(1h);
  const HistogramView view = histogram.look();
  EXPECT_THAT(view.counts, testing::ElementsAre(1, 1, 0, 1));
  EXPECT_NEAR(view.sum, 3600.002, 1e-6);
  EXPECT_EQ(view.count(), 3U);
}

TEST(DurationHistogramTest, AClockThatWasSetBackIsADurationOfZero) {
  DurationHistogram histogram(kBounds);
  histogram.add(-5s);
  EXPECT_THAT(histogram.look().counts, testing::ElementsAre(1, 0, 0, 0));
  EXPECT_EQ(histogram.look().sum, 0);
}

TEST(HistogramViewTest, WorkersAreSummedBucketByBucket) {
  DurationHistogram first(kBounds);
  DurationHistogram second(kBounds);
  first.add(1ms);
  second.add(1ms);
  second.add(50ms);
  HistogramView sum;
  sum += first.look();
  sum += second.look();
  EXPECT_THAT(sum.counts, testing::ElementsAre(2, 0, 1, 0));
  EXPECT_NEAR(sum.sum, 0.052, 1e-9);
}

TEST(DurationHistogramTest, TheBoundsRise) {
  for (const auto bounds : {streams::runtime::step_bounds(), streams::runtime::latency_bounds()}) {
    EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end()));
  }
}

}  // namespace
