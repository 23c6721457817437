// docs/operations: the dashboard and the alerts speak of metrics that exist, and of labels that these have.

#include <array>
#include <cstdio>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/catalogue.hpp"
#include "observe/measure.hpp"
#include "observe/prometheus_text.hpp"
#include "unit/app/temporary_folder.hpp"
#include "unit/observe/run_story.hpp"

namespace {

using namespace streams::runtime;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kFolder = STREAMS_SOURCE_DIR "/docs/operations/";

std::string text_of(const std::string& file) {
  std::ifstream in(kFolder + file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The series that Prometheus makes of the catalogue.
std::set<std::string> known_series() {
  std::set<std::string> names;
  for (const MetricRow& row : metric_catalogue()) {
    const std::string name(row.name);
    names.insert(name);
    if (row.kind != MetricKind::histogram) continue;
    for (const char* end : {"_bucket", "_sum", "_count"}) names.insert(name + end);
  }
  return names;
}

std::set<std::string> series_in(const std::string& text) {
  static const std::regex kName(R"((streams_pipeline|process)_[a-z0-9_]+)");
  std::set<std::string> names;
  for (std::sregex_iterator each(text.begin(), text.end(), kName), end; each != end; ++each) {
    names.insert(each->str());
  }
  return names;
}

std::vector<std::string> unknown_series(const std::string& file) {
  const std::set<std::string> known = known_series();
  std::vector<std::string> unknown;
  for (const std::string& name : series_in(text_of(file))) {
    if (!known.contains(name)) unknown.push_back(name);
  }
  return unknown;
}

TEST(OperationsFilesTest, TheAlertsUseOnlyMetricsThatExist) {
  EXPECT_THAT(series_in(text_of("alerts.yaml")), Not(IsEmpty()));
  EXPECT_THAT(unknown_series("alerts.yaml"), IsEmpty());
}

TEST(OperationsFilesTest, TheDashboardUsesOnlyMetricsThatExist) {
  EXPECT_THAT(series_in(text_of("grafana-dashboard.json")), Not(IsEmpty()));
  EXPECT_THAT(unknown_series("grafana-dashboard.json"), IsEmpty());
}

TEST(OperationsFilesTest, TheDashboardShowsEveryMetricThatIsMeasured) {
  const std::string text = text_of("grafana-dashboard.json");
  for (const MetricRow& row : metric_catalogue()) {
    // Event time has no measurement yet; when a process began says nothing on a graph.
    if (row.metric == Metric::watermark_delay || row.metric == Metric::process_start) continue;
    EXPECT_NE(text.find(row.name), std::string::npos) << row.name;
  }
}

TEST(OperationsFilesTest, LabelsInByClausesAreThoseOfSomeMetric) {
  std::set<std::string> labels{"pipeline", "segment", "le"};
  for (const MetricRow& row : metric_catalogue()) {
    for (const std::string& name : label_names(row)) labels.insert(name);
  }
  static const std::regex kBy(R"((?:by|on) \(([a-z_, ]+)\))");
  static const std::regex kWord(R"([a-z_]+)");
  for (const char* file : {"alerts.yaml", "grafana-dashboard.json"}) {
    const std::string text = text_of(file);
    for (std::sregex_iterator each(text.begin(), text.end(), kBy), end; each != end; ++each) {
      const std::string list = (*each)[1].str();
      for (std::sregex_iterator word(list.begin(), list.end(), kWord); word != end; ++word) {
        EXPECT_TRUE(labels.contains(word->str())) << file << ": " << each->str();
      }
    }
  }
}

#ifdef STREAMS_PROMTOOL
/// Its words; an empty text when it is content without a word.
std::string said_by_promtool(const std::string& arguments) {
  const std::string command = std::string(STREAMS_PROMTOOL) + " " + arguments + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return "it does not start";
  std::string said;
  std::array<char, 4096> part{};
  while (const std::size_t read = std::fread(part.data(), 1, part.size(), pipe)) {
    said.append(part.data(), read);
  }
  const int status = ::pclose(pipe);
  EXPECT_EQ(status, 0) << said;
  return said;
}

TEST(OperationsFilesTest, PromtoolFindsNoFaultInTheAlerts) {
  EXPECT_THAT(said_by_promtool("check rules '" + kFolder + "alerts.yaml'"), HasSubstr("SUCCESS"));
}

TEST(OperationsFilesTest, AlertsFireWhenTheyShouldAndNotForARunThatKeepsUp) {
  EXPECT_THAT(said_by_promtool("test rules '" STREAMS_SOURCE_DIR "/tests/unit/observe/alerts_test.yaml'"),
              HasSubstr("SUCCESS"));
}
TEST(OperationsFilesTest, PromtoolFindsNoFaultInTheMetrics) {
  const TemporaryFolder folder;
  const std::string page = (folder.path() / "metrics").string();
  streams::tests::RunStory run;
  std::ofstream(page) << prometheus_text(measure(run.observation()), common_labels({"story", "0", {}}));
  // It says nothing when it finds nothing.
  EXPECT_EQ(said_by_promtool("check metrics <'" + page + "'"), "");
}
#else
constexpr const char* kNoPromtool = "there is no promtool (./dev deps test fetches it)";

TEST(OperationsFilesTest, PromtoolFindsNoFaultInTheAlerts) {
  GTEST_SKIP() << kNoPromtool;
}

TEST(OperationsFilesTest, AlertsFireWhenTheyShouldAndNotForARunThatKeepsUp) {
  GTEST_SKIP() << kNoPromtool;
}

TEST(OperationsFilesTest, PromtoolFindsNoFaultInTheMetrics) {
  GTEST_SKIP() << kNoPromtool;
}
#endif

}  // namespace
