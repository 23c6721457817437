#include "dlq/redrive_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/testing/virtual_clock.hpp>

namespace streams::runtime::dlq {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const RedriveNames kNames{"in.dlq", "in", "in.dlq.redriven"};

RedriveResult sample_result() {
  RedriveResult result;
  result.counts.redriven = 7;
  result.counts.before = 2;
  result.counts.tried_too_often = 1;
  result.counts.looked_at = result.counts.to_look_at = 10;
  return result;
}

TEST(RedriveTextTest, TheSummarySaysWhatWasWrittenAndWhatWasLeftAndWhy) {
  RedriveResult result = sample_result();
  result.counts.other_topics["old"] = 3;
  EXPECT_EQ(summary_text(result, {}, kNames),
            "redriven 7 records of in.dlq to in\n"
            "left 2 records: redriven before\n"
            "left 1 record: refused 3 times or more; raise --max-attempts to try them again\n"
            "left 3 records: they came from topic old, and this source reads in\n");
}

TEST(RedriveTextTest, StoppedItSaysHowToGoOn) {
  RedriveResult result = sample_result();
  result.stopped = true;
  result.counts.looked_at = 4;
  EXPECT_THAT(
      summary_text(result, {}, kNames),
      HasSubstr("stopped at 4 of 10 places in the queue; run the same command again to go on: what is in "
                "in.dlq.redriven is not written twice\n"));
}

TEST(RedriveTextTest, JsonSaysWhetherItCameToTheEnd) {
  EXPECT_EQ(
      summary_json(sample_result(), {}, kNames),
      R"({"queue":"in.dlq","topic":"in","dry_run":false,"redriven":7,"to_internal_topics":0,"redriven_before":2,)"
      R"("tried_too_often":1,"of_other_topics":0,"of_other_pipelines":0,"of_gone_topics":0,"foreign":0,"complete":true})"
      "\n");
  RedriveResult stopped = sample_result();
  stopped.stopped = true;
  EXPECT_THAT(summary_json(stopped, {}, kNames), HasSubstr(R"("complete":false)"));
}

class RedriveProgressTest : public ::testing::Test {
 protected:
  RedriveProgress progress(bool terminal) {
    return {terminal, clock_, [this](std::string_view text) { written_ += text; }};
  }
  testing::VirtualClock clock_;
  std::string written_;
};

TEST_F(RedriveProgressTest, ATerminalGetsABarTenTimesASecondAtMost) {
  RedriveProgress bar = progress(true);
  RedriveCounts counts;
  counts.to_look_at = 30;
  counts.looked_at = 10;
  counts.redriven = 10;
  bar.update(counts);
  EXPECT_EQ(written_, "");
  clock_.advance(1s);
  bar.update(counts);
  bar.update(counts);
  EXPECT_EQ(written_, "\r[##########....................]  33 %  10 redriven, 0 left, 10/s\x1b[K");
  counts.looked_at = counts.redriven = 30;
  written_.clear();
  bar.finish(counts);
  EXPECT_EQ(written_, "\r[##############################] 100 %  30 redriven, 0 left, 30/s\x1b[K\n");
}

TEST_F(RedriveProgressTest, AFileGetsALineEveryFiveSeconds) {
  RedriveProgress lines = progress(false);
  RedriveCounts counts;
  counts.to_look_at = 4;
  counts.looked_at = counts.before = 1;
  clock_.advance(4s);
  lines.update(counts);
  EXPECT_EQ(written_, "");
  clock_.advance(1s);
  lines.update(counts);
  lines.update(counts);
  lines.finish(counts);
  EXPECT_EQ(written_, " 25 %  0 redriven, 1 left, 0/s\n");
}

TEST_F(RedriveProgressTest, AQuickRedriveDrawsNothing) {
  RedriveProgress bar = progress(true);
  bar.finish({});
  EXPECT_EQ(written_, "");
}

}  // namespace
}  // namespace streams::runtime::dlq
