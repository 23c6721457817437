#include "observe/catalogue.hpp"

#include <cctype>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/measure.hpp"
#include "unit/config/case_file.hpp"
#include "unit/observe/run_story.hpp"

namespace {

using namespace streams::runtime;

TEST(MetricCatalogueTest, TheNamesAreThoseThatWerePublished) {
  expect_file("tests/golden/metric_names.txt", metric_names());
}

TEST(MetricCatalogueTest, ThePageIsUpToDate) {
  expect_file("docs/operations/metrics.md", metrics_page());
}

TEST(MetricCatalogueTest, NamesAreUniqueAndSayTheirKindAndUnit) {
  std::set<std::string_view> names;
  std::set<std::string_view> short_names;
  for (const MetricRow& row : metric_catalogue()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(short_names.insert(row.dogstatsd).second) << row.dogstatsd;
    EXPECT_EQ(row.name.ends_with("_total"), row.kind == MetricKind::counter) << row.name;
    EXPECT_TRUE(row.kind != MetricKind::histogram || row.name.ends_with("_seconds")) << row.name;
    EXPECT_TRUE(row.help.ends_with('.')) << row.name;
  }
}

TEST(MetricCatalogueTest, KeepsTheNamesOfTheOriginal) {
  std::set<std::string_view> names;
  for (const MetricRow& row : metric_catalogue()) names.insert(row.dogstatsd);
  for (const char* name : {"input.messages", "input.bytes", "output.messages", "output.bytes", "errors",
                           "duration", "consumer.latency_sec"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(MetricCatalogueTest, EveryMetricIsMeasured) {
  streams::tests::RunStory run;
  run.snapshot.steps.front().input_bytes = 1;
  run.snapshot.steps.front().output_bytes = 1;
  std::set<Metric> measured;
  for (const Sample& sample : measure(run.observation())) {
    measured.insert(sample.row->metric);
    EXPECT_EQ(sample.labels.size(), label_names(*sample.row).size()) << sample.row->name;
  }
  for (const MetricRow& row : metric_catalogue()) {
    // The only one that needs something that does not exist yet.
    if (row.metric == Metric::watermark_delay) continue;
    EXPECT_TRUE(measured.contains(row.metric)) << row.name;
  }
}

}  // namespace
