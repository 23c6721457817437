#include "observe/status_table.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/status_page.hpp"
#include "unit/observe/run_story.hpp"

namespace {

using namespace std::chrono_literals;
using namespace streams::runtime;
using streams::tests::RunStory;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// The table of a run, by way of the page that a terminal reads.
std::string table_of(const RunStory& run, const Observation& before, const TableStyle& style = {}) {
  const std::string page =
      status_json(run.plan, run.plan.segments.front(), {"story", "0", {}}, before, run.observation());
  const auto status = read_status(page);
  EXPECT_TRUE(status.ok()) << status.status();
  return status.ok() ? status_table(*status, style) : "";
}

class StatusTableTest : public testing::Test {
 protected:
  std::string table(const TableStyle& style = {}) { return table_of(run, before_, style); }

  RunStory run;

 private:
  const Observation before_ = run.observation();
};

TEST_F(StatusTableTest, HasALineForEachStepWithItsRates) {
  run.turn_for(5s);
  run.snapshot.steps[1].input = 5000;
  run.snapshot.steps[1].output = 2500;
  EXPECT_THAT(table(), HasSubstr("story  segment 0  healthy  ready"));
  EXPECT_THAT(table(), ContainsRegex("\ndouble +Map +1000 +500 "));
  for (const char* step : {"\norders ", "\nkeep ", "\nout "}) EXPECT_THAT(table(), HasSubstr(step));
}

TEST_F(StatusTableTest, SaysWhatIsWrongAndWhatHoldsAWorkerBack) {
  run.take(1);
  run.worker().held_back = HeldBack::sink;
  run.worker().held_by = "out";
  run.stay_in_turn_for(70s);
  EXPECT_THAT(table(), HasSubstr("UNHEALTHY"));
  EXPECT_THAT(table(), HasSubstr("! step: worker 0: a record has been in the steps for 70 s"));
  EXPECT_THAT(table(), HasSubstr("! worker 0 is held back by: sink out"));
}

TEST_F(StatusTableTest, ShowsLagAndTheLastErrors) {
  run.partition(1).end = 12445;
  run.snapshot.refusals.push_back({.time = run.snapshot.calendar,
                                   .step = "keep",
                                   .kind = streams::StepErrorKind::function,
                                   .message = "no price",
                                   .topic = "orders",
                                   .partition = 1,
                                   .offset = 77});
  run.snapshot.steps[2].dead_letters = 3;
  EXPECT_THAT(table(), HasSubstr("lag 12k"));
  EXPECT_THAT(table(), HasSubstr("dead letters 3"));
  EXPECT_THAT(table(), ContainsRegex("\norders/1 +0 +12k +100 +12445\n"));
  EXPECT_THAT(table(), HasSubstr("00:00:00  keep  function  no price  orders/1@77\n"));
}

TEST_F(StatusTableTest, ATerminalObeysNothingThatComesFromTheRun) {
  run.snapshot.refusals.push_back({.time = run.snapshot.calendar,
                                   .step = "keep",
                                   .message = "a\033[2Jb\nc\xC2\x9B"
                                              "31md\x7F",
                                   .topic = "orders"});
  EXPECT_THAT(table(), HasSubstr("a?[2Jb?c?31md?"));
  EXPECT_THAT(table(), Not(HasSubstr("\033")));
}

TEST_F(StatusTableTest, LinesAreCutAtTheTerminalsWidth) {
  const std::string text = table({.colour = false, .width = 30});
  for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    EXPECT_LE(end - begin, 30u);
  }
}

TEST_F(StatusTableTest, ColoursAreThereOnlyWhenWanted) {
  EXPECT_THAT(table({.colour = true}), HasSubstr("\033[32mhealthy\033[0m"));
  EXPECT_THAT(table(), Not(HasSubstr("\033")));
}

TEST(ReadStatusTest, WhatIsNoStatusIsRefused) {
  EXPECT_THAT(std::string(read_status("<html>").status().message()), HasSubstr("this is no /status"));
  EXPECT_FALSE(read_status("{}").ok());
}

}  // namespace
