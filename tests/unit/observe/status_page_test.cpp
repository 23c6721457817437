#include "observe/status_page.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/histogram.hpp"
#include "unit/observe/run_story.hpp"

namespace {

using namespace std::chrono_literals;
using namespace streams::runtime;
using streams::tests::RunStory;
using testing::HasSubstr;

/// The text without blanks and line ends that stand outside of its strings.
std::string packed(const std::string& json) {
  std::string result;
  bool inside = false;
  for (const char c : json) {
    if (c == '"') inside = !inside;
    if (inside || (c != ' ' && c != '\n')) result += c;
  }
  return result;
}

std::string status_of(const RunStory& run, const Observation& before) {
  return packed(
      status_json(run.plan, run.plan.segments.front(), {"story", "0", {}}, before, run.observation()));
}

TEST(StatusPageTest, AStepHasItsCountsAndRates) {
  RunStory run;
  const Observation before = run.observation();
  run.turn_for(5s);
  run.snapshot.steps[1].input = 500;
  run.snapshot.steps[1].output = 400;
  run.snapshot.steps[1].errors[1] = 10;
  const std::string status = status_of(run, before);
  EXPECT_THAT(status,
              HasSubstr(R"({"step":"double","kind":"Map","input":500,"output":400,"input_per_second":100,)"
                        R"("output_per_second":80,"input_bytes":null,"output_bytes":null,)"));
  EXPECT_THAT(status, HasSubstr(R"("errors":10,"errors_per_second":2,"errors_by_type":{"function":10})"));
}

TEST(StatusPageTest, WithoutTimeBetweenTheTwoThereAreNoRates) {
  const RunStory run;
  EXPECT_THAT(status_of(run, run.observation()), HasSubstr(R"("input_per_second":null)"));
}

TEST(StatusPageTest, ASinkHasWhatIsOnItsWay) {
  RunStory run;
  run.send(12);
  run.acknowledge(2);
  const std::string status = status_of(run, run.observation());
  EXPECT_THAT(status, HasSubstr(R"("in_flight":10)"));
  EXPECT_THAT(status, HasSubstr(R"("in_flight":null)"));
}

TEST(StatusPageTest, APartitionHasItsPlacesAndNoLagWhereItIsNotKnown) {
  RunStory run;
  run.partition(0).end = 150;
  run.partition(1).end = -1;
  const std::string status = status_of(run, run.observation());
  EXPECT_THAT(
      status,
      HasSubstr(
          R"({"topic":"orders","partition":0,"position":100,"committed":100,"end":150,"lag":50,"parked":false})"));
  EXPECT_THAT(
      status,
      HasSubstr(R"("partition":1,"position":100,"committed":100,"end":null,"lag":null,"parked":false})"));
}

TEST(StatusPageTest, SaysWhatIsWrong) {
  RunStory run;
  run.take(1);
  run.stay_in_turn_for(70s);
  EXPECT_THAT(
      status_of(run, run.observation()),
      HasSubstr(R"("health":{"healthy":false,"ready":false,"ills":[{"what":"step","worker":0,"text":)"));
}

TEST(StatusPageTest, AnErrorsTextMayHoldAnyBytes) {
  RunStory run;
  run.snapshot.refusals.push_back({.time = run.snapshot.calendar,
                                   .step = "double",
                                   .kind = streams::StepErrorKind::parse,
                                   .message = "bad \xFF \"byte\"\n",
                                   .topic = "orders",
                                   .partition = 3,
                                   .offset = 42});
  EXPECT_THAT(
      status_json(run.plan, run.plan.segments.front(), {"s", "0", {}}, run.observation(), run.observation()),
      HasSubstr(R"("bad ? \"byte\"\n")"));
  EXPECT_THAT(status_of(run, run.observation()),
              HasSubstr(R"("time":"2026-01-01T00:00:00.000Z","step":"double")"));
}

TEST(StatusPageTest, DurationsAreNullUntilSomethingWasMeasured) {
  RunStory run;
  EXPECT_THAT(status_of(run, run.observation()), HasSubstr(R"("seconds":null)"));
  DurationHistogram durations(step_bounds());
  durations.add(2ms);
  durations.add(2ms);
  run.snapshot.steps[1].duration = durations.look();
  EXPECT_THAT(status_of(run, run.observation()),
              HasSubstr(R"("seconds":{"samples":2,"mean":0.002,"p50_at_most":0.005,"p99_at_most":0.005})"));
}

TEST(HealthJsonTest, HasAStatusAndReasons) {
  RunStory run;
  EXPECT_EQ(packed(health_json(run.health())), R"({"status":"healthy","reasons":[]})");
  run.worker().joined = false;
  EXPECT_EQ(packed(readiness_json(run.health())),
            R"({"status":"not ready","reasons":[{"what":"joining","worker":0,)"
            R"("text":"the group has not assigned partitions to the worker yet"}]})");
}

}  // namespace
