#include "observe/prometheus_text.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/histogram.hpp"
#include "unit/app/temporary_folder.hpp"
#include "unit/observe/run_story.hpp"

namespace {

using namespace std::chrono_literals;
using namespace streams::runtime;
using streams::tests::RunStory;
using testing::HasSubstr;
using testing::Not;

std::string text_of(const RunStory& run, const Params& tags = {}) {
  return prometheus_text(measure(run.observation()), common_labels({"story", "0", tags}));
}

RunStory busy_run() {
  RunStory run;
  DurationHistogram durations(step_bounds());
  durations.add(2ms);
  durations.add(30us);
  for (StepView& step : run.snapshot.steps) {
    step.input = 1000000;
    step.output = 999999;
    step.duration = durations.look();
  }
  run.snapshot.steps.front().input_bytes = 188000000;
  run.snapshot.steps.front().output_bytes = 188000000;
  run.partition(0).end = 500;
  return run;
}

TEST(PrometheusTextTest, EverySampleHasPipelineSegmentAndItsOwnLabels) {
  const std::string text = text_of(busy_run());
  EXPECT_THAT(text, HasSubstr("# TYPE streams_pipeline_input_messages_total counter\n"));
  EXPECT_THAT(text, HasSubstr("streams_pipeline_input_messages_total{step=\"double\",pipeline=\"story\","
                              "segment=\"0\"} 1000000\n"));
  EXPECT_THAT(text, HasSubstr("streams_pipeline_consumer_lag_messages{topic=\"orders\",partition=\"0\","
                              "pipeline=\"story\",segment=\"0\"} 400\n"));
}

TEST(PrometheusTextTest, BucketsAreCumulativeAndEndWithAll) {
  const std::string text = text_of(busy_run());
  const std::string labels = R"(step="keep",pipeline="story",segment="0")";
  EXPECT_THAT(text, HasSubstr("streams_pipeline_duration_seconds_count{" + labels + "} 2\n"));
  EXPECT_THAT(text, HasSubstr("streams_pipeline_duration_seconds_bucket{" + labels + ",le=\"5e-05\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("streams_pipeline_duration_seconds_bucket{" + labels + ",le=\"+Inf\"} 2\n"));
}

TEST(PrometheusTextTest, ATypeAndAHelpStandOnceBeforeTheSamplesOfAMetric) {
  const std::string text = text_of(busy_run());
  const std::string type = "# TYPE streams_pipeline_errors_total";
  EXPECT_NE(text.find(type), std::string::npos);
  EXPECT_EQ(text.find(type), text.rfind(type));
}

TEST(PrometheusTextTest, NamesOfTagsAreMadeFitAndValuesEscaped) {
  const std::string text =
      text_of(RunStory(), {{"data-centre", "a\"b\\c\nd", false, {}}, {"1st", "x", false, {}}});
  EXPECT_THAT(text, HasSubstr("data_centre=\"a\\\"b\\\\c\\nd\""));
  EXPECT_THAT(text, HasSubstr("_1st=\"x\""));
}

TEST(PrometheusTextTest, TagsThatBecomeTheSameNameAreWrittenOnce) {
  const std::string text = text_of(RunStory(), {{"a-b", "1", false, {}}, {"a.b", "2", false, {}}});
  EXPECT_THAT(text, HasSubstr("a_b=\"1\""));
  EXPECT_THAT(text, Not(HasSubstr("a_b=\"2\"")));
}

TEST(PrometheusTextTest, PromtoolFindsNoFault) {
#ifdef STREAMS_PROMTOOL
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "metrics").string();
  std::ofstream(file) << text_of(busy_run(), {{"region", "us", false, {}}});
  const std::string command = std::string(STREAMS_PROMTOOL) + " check metrics < " + file + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string said;
  std::array<char, 4096> part{};
  while (const std::size_t read = std::fread(part.data(), 1, part.size(), pipe))
    said.append(part.data(), read);
  EXPECT_EQ(::pclose(pipe), 0) << said;
  EXPECT_EQ(said, "");
#else
  GTEST_SKIP() << "promtool is not installed (Debian's package prometheus)";
#endif
}

}  // namespace
