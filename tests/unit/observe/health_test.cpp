#include "observe/health.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/observe/run_story.hpp"

// One test for each case of docs/operations/health.md.
namespace {

using namespace std::chrono_literals;
using streams::runtime::HeldBack;
using streams::runtime::WorkerState;
using streams::tests::RunStory;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(HealthTest, AnIdleTopicIsHealthyForEver) {
  RunStory run;
  run.turn_for(1h);
  EXPECT_THAT(run.ills(), IsEmpty());
  EXPECT_THAT(run.not_ready(), IsEmpty());
}

TEST(HealthTest, FullSpeedIsHealthy) {
  RunStory run;
  run.turn_for(10min, [&] {
    run.take(100000);
    run.pass(100000);
    run.send(100000);
    run.acknowledge(90000);
    run.worker().commits += 2;
    run.worker().commit_owed = true;
    for (auto& partition : run.worker().partitions) {
      partition.position += 50000;
      partition.end += 60000;
    }
  });
  EXPECT_THAT(run.ills(), IsEmpty());
}

TEST(HealthTest, ASlowStepIsHealthyAsLongAsRecordsComeBackFromIt) {
  RunStory run;
  run.partition(0).end = 5000;
  int second = 0;
  run.stay_in_turn_for(2h, [&] {
    if (++second % 50 == 0) run.pass(1);
    run.worker().taken = run.worker().passed + 1;
  });
  EXPECT_THAT(run.ills(), IsEmpty());
}

TEST(HealthTest, AStepThatKeepsARecordPastTheDeadlineIsUnhealthy) {
  RunStory run;
  run.take(1);
  run.stay_in_turn_for(60s);
  EXPECT_THAT(run.ills(), IsEmpty());
  run.stay_in_turn_for(2s);
  EXPECT_THAT(run.ills(), ElementsAre("step"));
  EXPECT_THAT(run.not_ready(), Contains("step"));
}

TEST(HealthTest, AStuckStepThatComesBackIsHealthyAgain) {
  RunStory run;
  run.take(1);
  run.stay_in_turn_for(5min);
  ASSERT_THAT(run.ills(), ElementsAre("step"));
  run.turn_for(1s, [&] { run.pass(1); });
  EXPECT_THAT(run.ills(), IsEmpty());
}

TEST(HealthTest, AWorkerThatStandsStillOutsideTheStepsIsUnhealthy) {
  RunStory run;
  run.stay_in_turn_for(62s);
  EXPECT_THAT(run.ills(), ElementsAre("loop"));
}

TEST(HealthTest, RecordsThatASinkDoesNotAcknowledgeAreUnhealthyAlthoughNewOnesPass) {
  RunStory run;
  run.turn_for(62s, [&] {
    run.take(1);
    run.pass(1);
    run.send(1);
    run.partition(0).position += 1;
    run.partition(0).end += 1;
  });
  ASSERT_THAT(run.ills(), ElementsAre("sink"));
  EXPECT_THAT(run.health().ills.front().text, HasSubstr("step 'out': 62 records wait for topic 'doubled'"));
}

TEST(HealthTest, ASlowSinkIsHealthyAsLongAsItAcknowledges) {
  RunStory run;
  run.worker().held_back = HeldBack::memory;
  run.send(100000);
  run.partition(0).end = 1000000;
  int second = 0;
  run.turn_for(2h, [&] {
    if (++second % 50 == 0) run.acknowledge(1);
  });
  EXPECT_THAT(run.ills(), IsEmpty());
}

TEST(HealthTest, PausedByBackPressureWithNothingEndingIsUnhealthy) {
  RunStory run;
  run.worker().held_back = HeldBack::step;
  run.partition(0).end = 1000;
  run.turn_for(60s);
  EXPECT_THAT(run.ills(), IsEmpty());
  run.turn_for(2s);
  EXPECT_THAT(run.ills(), ElementsAre("held_back"));
}

TEST(HealthTest, PausedByAStepThatReleasesRecordsNowAndThenIsHealthy) {
  RunStory run;
  run.worker().held_back = HeldBack::step;
  run.partition(0).end = 100000;
  int second = 0;
  run.turn_for(1h, [&] {
    if (++second % 30 == 0) run.worker().released += 1;
  });
  EXPECT_THAT(run.ills(), IsEmpty());
}

TEST(HealthTest, OneOfTwoPartitionsThatStandsStillIsUnhealthy) {
  RunStory run;
  run.partition(0).end = run.partition(1).end = 1000000;
  run.turn_for(62s, [&] {
    run.take(10);
    run.pass(10);
    run.partition(1).position += 10;
  });
  ASSERT_THAT(run.ills(), ElementsAre("partition"));
  EXPECT_THAT(run.health().ills.front().text, HasSubstr("topic 'orders' partition 0 wait"));
}

TEST(HealthTest, APartitionWaitsForATurnThatIsBusyWithAnother) {
  RunStory run;
  run.partition(0).end = run.partition(1).end = 1000000;
  // Each turn handles a batch of partition 1 for ten minutes, and then one of partition 0.
  for (int turn = 0; turn < 4; ++turn) {
    run.turn_for(1s, [&] { run.partition(turn % 2).position += 100; });
    run.stay_in_turn_for(10min, [&] {
      run.take(1);
      run.pass(1);
    });
  }
  EXPECT_THAT(run.ills(), IsEmpty());
}

TEST(HealthTest, APartitionWhoseRecordWaitsForItsNextAttemptIsHealthy) {
  RunStory run;
  run.partition(0).end = 1000;
  run.partition(0).parked = true;
  run.turn_for(10min);
  EXPECT_THAT(run.ills(), IsEmpty());
  run.partition(0).parked = false;
  run.turn_for(62s);
  EXPECT_THAT(run.ills(), ElementsAre("partition"));
}

TEST(HealthTest, AnEndThatIsNotKnownIsNoLag) {
  RunStory run;
  run.partition(0).end = -1;
  run.turn_for(10min);
  EXPECT_THAT(run.ills(), IsEmpty());
}

TEST(HealthTest, FinishedRecordsThatCannotBeCommittedAreUnhealthy) {
  RunStory run;
  run.worker().commit_owed = true;
  run.turn_for(62s, [&] { run.worker().failed_commits += 10; });
  EXPECT_THAT(run.ills(), ElementsAre("commit"));
}

TEST(HealthTest, RecordsThatAStepHoldsForCompanyAreHealthy) {
  RunStory run;
  // A batch of two minutes: its records have come back from the steps, nothing is on its way, and no epoch is done.
  run.take(3);
  run.pass(3);
  run.turn_for(10min);
  EXPECT_THAT(run.ills(), IsEmpty());
}

TEST(HealthTest, AClusterThatIsGoneIsNotReadyAndStaysHealthyWhileNothingIsKnownToWait) {
  RunStory run;
  run.worker().source.reachable = false;
  run.worker().sink.reachable = false;
  run.turn_for(1h);
  EXPECT_THAT(run.ills(), IsEmpty());
  EXPECT_THAT(run.not_ready(), ElementsAre("source_unreachable", "sink_unreachable"));
}

TEST(HealthTest, AClusterThatIsGoneWithRecordsOnTheirWayIsUnhealthyBehindTheDeadline) {
  RunStory run;
  run.worker().sink.reachable = false;
  run.send(10);
  run.turn_for(60s);
  EXPECT_THAT(run.ills(), IsEmpty());
  EXPECT_THAT(run.not_ready(), ElementsAre("sink_unreachable"));
  run.turn_for(2s);
  ASSERT_THAT(run.ills(), ElementsAre("sink"));
  EXPECT_THAT(run.health().ills.front().text, HasSubstr("the cluster cannot be reached"));
}

TEST(HealthTest, ARebalanceGivesPartitionsTimeToBegin) {
  RunStory run;
  run.rule.rebalance_grace = 60s;
  run.partition(0).end = 1000;
  run.turn_for(55s);
  run.turn_for(1s, [&] { run.worker().assigned += 1; });
  run.turn_for(55s);
  EXPECT_THAT(run.ills(), IsEmpty());
  run.turn_for(10s);
  EXPECT_THAT(run.ills(), ElementsAre("partition"));
}

TEST(HealthTest, APartitionThatWasGivenAnewStartsItsTimeAnew) {
  RunStory run;
  run.rule.rebalance_grace = 0s;
  run.partition(0).end = 1000;
  run.turn_for(55s);
  run.turn_for(1s, [&] { run.partition(0).assignment = 7; });
  run.turn_for(30s);
  EXPECT_THAT(run.ills(), IsEmpty());
}

TEST(HealthTest, AStuckStepHasNoGraceInARebalance) {
  RunStory run;
  run.worker().assigned += 1;
  run.take(1);
  run.stay_in_turn_for(62s);
  EXPECT_THAT(run.ills(), ElementsAre("step"));
}

TEST(HealthTest, APartitionThatIsGivenBackIsReadyAndHealthy) {
  RunStory run;
  run.partition(0).end = 1000;
  run.worker().revoking = true;
  run.turn_for(5min);
  EXPECT_THAT(run.ills(), IsEmpty());
  EXPECT_THAT(run.not_ready(), IsEmpty());
}

TEST(HealthTest, DrainingIsHealthyAndNotReady) {
  RunStory run;
  run.worker().state = WorkerState::draining;
  run.partition(0).end = 1000000;
  run.turn_for(5min);
  EXPECT_THAT(run.ills(), IsEmpty());
  EXPECT_THAT(run.not_ready(), ElementsAre("draining"));
}

TEST(HealthTest, ADrainThatAStepHoldsUpIsUnhealthy) {
  RunStory run;
  run.worker().state = WorkerState::draining;
  run.take(1);
  run.stay_in_turn_for(62s);
  EXPECT_THAT(run.ills(), ElementsAre("step"));
}

TEST(HealthTest, ARunThatHasNotBegunIsHealthyAndNotReady) {
  RunStory run;
  run.snapshot.begun = false;
  run.snapshot.workers.clear();
  EXPECT_THAT(run.ills(), IsEmpty());
  EXPECT_THAT(run.not_ready(), ElementsAre("starting"));
}

TEST(HealthTest, AWorkerWithoutItsGroupIsHealthyAndNotReady) {
  RunStory run;
  run.worker().joined = false;
  run.worker().partitions.clear();
  run.turn_for(10min);
  EXPECT_THAT(run.ills(), IsEmpty());
  EXPECT_THAT(run.not_ready(), ElementsAre("joining"));
}

TEST(HealthTest, AWorkerThatTheGroupGaveNoPartitionIsReady) {
  RunStory run;
  run.worker().partitions.clear();
  run.turn_for(10min);
  EXPECT_THAT(run.not_ready(), IsEmpty());
}

TEST(HealthTest, AWorkerThatHasEndedIsNotReady) {
  RunStory run;
  run.take(1);
  run.worker().state = WorkerState::ended;
  run.stay_in_turn_for(10min);
  EXPECT_THAT(run.ills(), IsEmpty());
  EXPECT_THAT(run.not_ready(), ElementsAre("ended"));
}

TEST(HealthTest, TheDeadlineIsTheOneOfTheDeployment) {
  RunStory run;
  run.rule.deadline = 5min;
  run.take(1);
  run.stay_in_turn_for(299s);
  EXPECT_THAT(run.ills(), IsEmpty());
  run.stay_in_turn_for(2s);
  EXPECT_THAT(run.ills(), ElementsAre("step"));
}

TEST(HealthTest, OneStuckWorkerOfTwoIsNamed) {
  RunStory run;
  run.snapshot.workers.push_back(run.worker());
  run.snapshot.workers[1].worker = 1;
  run.snapshot.workers[1].taken += 1;
  run.stay_in_turn_for(62s, [&] { run.take(1), run.pass(1); });
  ASSERT_THAT(run.ills(), ElementsAre("step"));
  EXPECT_EQ(run.health().ills.front().worker, 1U);
}

}  // namespace
