#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/streams.hpp>
#include <streams/testing/driver.hpp>

// What the engine lets others see of a run, on the engine itself.
namespace {

using namespace std::chrono_literals;
using namespace streams;
using namespace streams::runtime;
using streams::testing::Driver;
using streams::testing::DriverOptions;
using streams::testing::Record;
using ::testing::HasSubstr;
using ::testing::Not;

/// events -> keep (texts that begin with k) -> copy -> results
Pipeline keeping() {
  return streaming_source("events", "events")
      .apply(Filter("keep", [](const Bytes& in) { return in.view().starts_with('k'); }))
      .apply(Map("copy",
                 [](const Bytes& in) -> Bytes {
                   if (in == "k-bad") throw std::runtime_error("the value is bad");
                   return in;
                 }))
      .sink(StreamSink("out", "results"));
}

const StepView& step_of(const Snapshot& snapshot, std::string_view name) {
  for (const StepView& step : snapshot.steps) {
    if (step.step == name) return step;
  }
  throw std::out_of_range("no step " + std::string(name));
}

TEST(RunFiguresTest, StepsCountWhatCameInWhatWentOutAndWhatTheyDropped) {
  Driver driver(keeping());
  driver.feed("events", {"k1", "x", "k2", "y", "k3"});
  driver.settle();
  const Snapshot snapshot = driver.look();
  EXPECT_EQ(step_of(snapshot, "events").input, 5U);
  EXPECT_EQ(step_of(snapshot, "events").output, 5U);
  EXPECT_EQ(step_of(snapshot, "keep").input, 5U);
  EXPECT_EQ(step_of(snapshot, "keep").output, 3U);
  EXPECT_EQ(step_of(snapshot, "keep").filtered, 2U);
  EXPECT_EQ(step_of(snapshot, "copy").input, 3U);
  EXPECT_EQ(step_of(snapshot, "out").input, 3U);
  EXPECT_EQ(step_of(snapshot, "out").output, 3U);
}

TEST(RunFiguresTest, SourceAndSinkKnowTheirBytesAndOtherStepsDoNot) {
  Driver driver(keeping());
  driver.feed("events", {"k1", "xxxx", "k22"});
  driver.settle();
  const Snapshot snapshot = driver.look();
  EXPECT_EQ(step_of(snapshot, "events").input_bytes, 9U);
  EXPECT_EQ(step_of(snapshot, "events").output_bytes, 9U);
  EXPECT_EQ(step_of(snapshot, "out").input_bytes, 5U);
  EXPECT_EQ(step_of(snapshot, "out").output_bytes, 5U);
  EXPECT_EQ(step_of(snapshot, "keep").input_bytes, std::nullopt);
}

TEST(RunFiguresTest, AHeaderFilterDropsAtTheSource) {
  Driver driver(streaming_source("events", "events", {.header_filter = HeaderFilter{"kind", "a"}})
                    .sink(StreamSink("out", "results")));
  driver.feed("events",
              {Record("aa", std::nullopt, {{"kind", "a"}}), Record("bbb", std::nullopt, {{"kind", "b"}})});
  driver.settle();
  const Snapshot snapshot = driver.look();
  EXPECT_EQ(step_of(snapshot, "events").input, 2U);
  EXPECT_EQ(step_of(snapshot, "events").output, 1U);
  EXPECT_EQ(step_of(snapshot, "events").filtered, 1U);
  EXPECT_EQ(step_of(snapshot, "events").input_bytes, 5U);
  EXPECT_EQ(step_of(snapshot, "events").output_bytes, 2U);
}

TEST(RunFiguresTest, RecordsOnTheirWayAreSeenUntilTheyAreAcknowledged) {
  Driver driver(keeping());
  driver.cork_sink();
  driver.feed("events", {"k1", "k2"});
  driver.run();
  Snapshot snapshot = driver.look();
  EXPECT_EQ(snapshot.workers[0].awaiting, 2U);
  EXPECT_GT(snapshot.workers[0].in_flight_bytes, 4U);
  EXPECT_EQ(snapshot.workers[0].sinks[0].sent, 2U);
  EXPECT_EQ(snapshot.workers[0].sinks[0].settled, 0U);
  EXPECT_EQ(step_of(snapshot, "out").output, 0U);
  driver.uncork_sink();
  driver.settle();
  snapshot = driver.look();
  EXPECT_EQ(snapshot.workers[0].awaiting, 0U);
  EXPECT_EQ(snapshot.workers[0].in_flight_bytes, 0U);
  EXPECT_EQ(snapshot.workers[0].sinks[0].settled, 2U);
}

TEST(RunFiguresTest, AFullSinkHoldsTheWorkerBackAndItsRecordsWait) {
  Driver driver(keeping(), {.sink_room = 1});
  driver.cork_sink();
  driver.feed("events", {"k1", "k2", "k3"});
  driver.run();
  driver.advance(1ms);
  const Snapshot snapshot = driver.look();
  EXPECT_EQ(snapshot.workers[0].held_back, HeldBack::sink);
  EXPECT_EQ(snapshot.workers[0].held_by, "out");
  EXPECT_EQ(snapshot.workers[0].waiting, 2U);
  EXPECT_EQ(snapshot.workers[0].awaiting, 1U);
}

TEST(RunFiguresTest, AStepThatHoldsTheWorkerBackIsSeenToLetGoOfItsRecords) {
  Driver driver(pipeline(
      streaming_source("in", "events")
          .sink(DevNullSink("slow", {.batch_size = 1, .average_sleep_time = 4s, .max_sleep_time = 4s}))));
  driver.feed("events", {"k1", "k2", "k3", "k4"});
  driver.advance(1ms);
  const WorkerView before = driver.look().workers[0];
  EXPECT_EQ(before.held_back, HeldBack::step);
  driver.advance(4s);
  const WorkerView after = driver.look().workers[0];
  EXPECT_EQ(after.held_back, HeldBack::step);
  EXPECT_EQ(after.commits, before.commits) << "they are of one epoch";
  EXPECT_GT(after.released, before.released);
}

TEST(RunFiguresTest, AStepThatWantsNoMoreHoldsTheWorkerBackAndIsNamed) {
  Driver driver(
      streaming_source("events", "events")
          .apply(Parser<std::int64_t>("parser"))
          .sink(DevNullSink("slow", {.batch_size = 1, .average_sleep_time = 60s, .max_sleep_time = 60s})));
  driver.feed("events", {"1", "2", "3"});
  driver.run();
  driver.advance(1ms);
  const Snapshot snapshot = driver.look();
  EXPECT_EQ(snapshot.workers[0].held_back, HeldBack::step);
  EXPECT_EQ(snapshot.workers[0].held_by, "slow");
}

TEST(RunFiguresTest, LagIsWhatIsNotCommittedYet) {
  Driver driver(keeping());
  driver.cork_sink();
  driver.feed("events", {"k1", "k2", "x"});
  driver.run();
  driver.advance(1s);
  const PartitionView before = driver.look().workers[0].partitions.at(0);
  EXPECT_EQ(before.position, 3);
  EXPECT_EQ(before.committed, 0);
  EXPECT_EQ(before.end, 3);
  EXPECT_EQ(before.lag(), 3);
  driver.uncork_sink();
  driver.settle();
  EXPECT_EQ(driver.look().workers[0].partitions.at(0).lag(), 0);
}

TEST(RunFiguresTest, ARefusedRecordIsCountedByItsKindAndKeptWithItsPlace) {
  Driver driver(keeping(), {.config = "pipeline: {on_error: drop, segments: [{steps_config: {}}]}"});
  driver.feed("events", {"k1", "k-bad", "k2"});
  driver.settle();
  const Snapshot snapshot = driver.look();
  const StepView& step = step_of(snapshot, "copy");
  EXPECT_EQ(step.errors[static_cast<std::size_t>(StepErrorKind::function)], 1U);
  EXPECT_EQ(step.error_count(), 1U);
  EXPECT_EQ(step.dropped_on_error, 1U);
  EXPECT_EQ(step.filtered, 0U);
  ASSERT_EQ(snapshot.refusals.size(), 1U);
  EXPECT_EQ(snapshot.refusals[0].step, "copy");
  EXPECT_EQ(snapshot.refusals[0].message, "the value is bad");
  EXPECT_EQ(snapshot.refusals[0].topic, "events");
  EXPECT_EQ(snapshot.refusals[0].offset, 1);
}

TEST(RunFiguresTest, OnlyTheLastRefusalsAreKept) {
  Driver driver(keeping(), {.config = "pipeline: {on_error: drop, segments: [{steps_config: {}}]}"});
  driver.feed("events", std::vector<Record>(50, Record("k-bad")));
  driver.settle();
  const Snapshot snapshot = driver.look();
  ASSERT_EQ(snapshot.refusals.size(), 20U);
  EXPECT_EQ(snapshot.refusals.front().offset, 30);
  EXPECT_EQ(snapshot.refusals.back().offset, 49);
  EXPECT_EQ(step_of(snapshot, "copy").error_count(), 50U);
}

TEST(RunFiguresTest, ARecordThatTheTopicRefusesIsSettledAndNotSent) {
  Driver driver(keeping(), {.config = "pipeline: {on_error: drop, segments: [{steps_config: {}}]}"});
  driver.refuse_next("results", "too large");
  driver.feed("events", {"k1", "k2"});
  driver.settle();
  const Snapshot snapshot = driver.look();
  EXPECT_EQ(step_of(snapshot, "out").input, 2U);
  EXPECT_EQ(step_of(snapshot, "out").output, 1U);
  EXPECT_EQ(step_of(snapshot, "out").errors[static_cast<std::size_t>(StepErrorKind::produce)], 1U);
  EXPECT_EQ(snapshot.workers[0].sinks[0].settled, 2U);
}

TEST(RunFiguresTest, AttemptsAndThePartitionThatWaitsForOneAreSeen) {
  Driver driver(keeping(),
                {.config = "pipeline: {on_error: drop, retry: {max_attempts: 3, backoff: 10s, jitter: 0}, "
                           "segments: [{steps_config: {}}]}"});
  driver.feed("events", {"k-bad"});
  driver.run();
  driver.advance(1s);
  EXPECT_TRUE(driver.look().workers[0].partitions.at(0).parked);
  driver.settle();
  const Snapshot snapshot = driver.look();
  EXPECT_FALSE(snapshot.workers[0].partitions.at(0).parked);
  EXPECT_EQ(step_of(snapshot, "copy").retries, 2U);
  EXPECT_EQ(step_of(snapshot, "copy").error_count(), 1U);
}

TEST(RunFiguresTest, DeadLettersAreCountedAtTheStepAndOnTheWayToTheirQueue) {
  Driver driver(keeping(),
                {.config = "pipeline: {segments: [{steps_config: {events: {dlq: {topic: dead}}}}]}"});
  driver.feed("events", {"k1", "k-bad"});
  driver.settle();
  const Snapshot snapshot = driver.look();
  EXPECT_EQ(step_of(snapshot, "copy").dead_letters, 1U);
  EXPECT_EQ(step_of(snapshot, "copy").dropped_on_error, 0U);
  EXPECT_EQ(step_of(snapshot, "events").output, 2U);
  EXPECT_EQ(step_of(snapshot, "events").output_bytes, 7U);
  ASSERT_EQ(snapshot.workers[0].sinks.size(), 2U);
  EXPECT_EQ(snapshot.workers[0].sinks[1].settled, 1U);
  EXPECT_EQ(driver.values("dead"), std::vector<std::string>{"k-bad"});
}

TEST(RunFiguresTest, ChangesOfTheAssignmentAreCounted) {
  Driver driver(keeping(), {.partitions = 2});
  EXPECT_EQ(driver.look().workers[0].partitions.size(), 2U);
  EXPECT_TRUE(driver.look().workers[0].joined);
  driver.revoke("events", 0);
  driver.advance(1s);
  EXPECT_EQ(driver.look().workers[0].revoked, 1U);
  ASSERT_EQ(driver.look().workers[0].partitions.size(), 1U);
  EXPECT_EQ(driver.look().workers[0].partitions[0].partition, 1);
  driver.lose("events", 1);
  driver.advance(1s);
  EXPECT_EQ(driver.look().workers[0].lost, 1U);
  EXPECT_EQ(driver.look().workers[0].partitions.size(), 0U);
  EXPECT_FALSE(driver.look().workers[0].joined);
  driver.assign("events", 1);
  driver.advance(1s);
  EXPECT_EQ(driver.look().workers[0].assigned, 3U);
  EXPECT_TRUE(driver.look().workers[0].joined);
}

TEST(RunFiguresTest, CommitsAndTheirFailuresAreCountedAndOwedUntilOneSucceeds) {
  Driver driver(keeping());
  driver.fail_commits(2);
  driver.feed("events", {"k1"});
  driver.run();
  driver.advance(550ms);
  EXPECT_EQ(driver.look().workers[0].failed_commits, 1U);
  EXPECT_TRUE(driver.look().workers[0].commit_owed);
  driver.settle();
  EXPECT_EQ(driver.look().workers[0].failed_commits, 2U);
  EXPECT_EQ(driver.look().workers[0].commits, 1U);
  EXPECT_FALSE(driver.look().workers[0].commit_owed);
  EXPECT_EQ(driver.look().commit_duration.count(), 3U);
}

TEST(RunFiguresTest, EndToEndIsTheTimeFromARecordsTimestampToItsAcknowledgement) {
  Driver driver(keeping());
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(driver.clock().calendar().time_since_epoch());
  driver.cork_sink();
  driver.feed("events", {Record("k1", std::nullopt, {}, (now - 2s).count())});
  driver.run();
  driver.advance(5s);
  EXPECT_EQ(driver.look().end_to_end.count(), 0U);
  driver.uncork_sink();
  driver.run();
  const HistogramView latency = driver.look().end_to_end;
  EXPECT_EQ(latency.count(), 1U);
  EXPECT_NEAR(latency.sum, 7.0, 0.01);
}

TEST(RunFiguresTest, ARecordWithoutATimestampHasNoLatency) {
  Driver driver(keeping());
  driver.feed("events", {"k1"});
  driver.settle();
  EXPECT_EQ(driver.look().end_to_end.count(), 0U);
}

/// Lets the run's clock go on inside of steps.
struct Delays {
  streams::testing::VirtualClock* clock = nullptr;
  Bytes pass(const Bytes& in, std::chrono::milliseconds time) const {
    if (clock != nullptr) clock->advance(time);
    return in;
  }
};

TEST(RunFiguresTest, AStepsDurationIsItsOwnWithoutThatOfTheStepsBehindIt) {
  Delays delays;
  Driver driver(streaming_source("events", "events")
                    .apply(Map("slow", [&](const Bytes& in) { return delays.pass(in, 200ms); }))
                    .apply(Map("quick", [&](const Bytes& in) { return delays.pass(in, 3ms); }))
                    .sink(StreamSink("out", "results")));
  delays.clock = &driver.clock();
  driver.feed("events", {"a"});
  driver.settle();
  const Snapshot snapshot = driver.look();
  EXPECT_EQ(step_of(snapshot, "slow").duration.count(), 1U);
  EXPECT_NEAR(step_of(snapshot, "slow").duration.sum, 0.2, 1e-9);
  EXPECT_NEAR(step_of(snapshot, "quick").duration.sum, 0.003, 1e-9);
  EXPECT_NEAR(step_of(snapshot, "out").duration.sum, 0, 1e-9);
  EXPECT_EQ(step_of(snapshot, "out").duration.count(), 1U);
}

TEST(RunFiguresTest, EveryPathOfAForkIsMeasured) {
  Delays delays;
  const Stream<Bytes> events = streaming_source("events", "events");
  const Stream<Bytes> root =
      events.apply(Map("root", [&](const Bytes& in) { return delays.pass(in, 10ms); }));
  const Pipeline left = root.apply(Map("left", [&](const Bytes& in) { return delays.pass(in, 20ms); }))
                            .sink(StreamSink("out", "results"));
  const Pipeline right = root.apply(Map("right", [&](const Bytes& in) { return delays.pass(in, 40ms); }))
                             .sink(DevNullSink("nowhere"));
  Driver driver(pipeline(left, right));
  delays.clock = &driver.clock();
  driver.feed("events", {"a"});
  driver.settle();
  const Snapshot snapshot = driver.look();
  EXPECT_NEAR(step_of(snapshot, "root").duration.sum, 0.01, 1e-9);
  EXPECT_NEAR(step_of(snapshot, "left").duration.sum, 0.02, 1e-9);
  EXPECT_NEAR(step_of(snapshot, "right").duration.sum, 0.04, 1e-9);
  EXPECT_EQ(driver.values("results"), std::vector<std::string>{"a"});
}

TEST(RunFiguresTest, AMeasuredRecordTakesTheSameWayAsTheOthers) {
  Driver driver(keeping());
  for (int batch = 0; batch < 20; ++batch) {
    driver.feed("events", {"k1", "x", "k2"});
    driver.run();
    driver.advance(20ms);
  }
  driver.settle();
  EXPECT_EQ(driver.values("results").size(), 40U);
  const Snapshot snapshot = driver.look();
  EXPECT_EQ(step_of(snapshot, "keep").duration.count(), 20U);
  EXPECT_EQ(step_of(snapshot, "keep").input, 60U);
}

TEST(RunFiguresTest, OneRecordOfAFewMillisecondsIsMeasuredHoweverManyThereAre) {
  Driver driver(keeping());
  driver.feed("events", std::vector<Record>(5000, Record("k")));
  driver.run();
  EXPECT_EQ(step_of(driver.look(), "keep").duration.count(), 1U);
}

TEST(RunFiguresTest, TheStateIsTheWorkers) {
  Driver driver(keeping());
  EXPECT_EQ(driver.look().workers[0].state, WorkerState::running);
  driver.cork_sink();
  driver.feed("events", {"k1"});
  driver.run();
  driver.stop();
  EXPECT_EQ(driver.look().workers[0].state, WorkerState::ended);
}

}  // namespace
