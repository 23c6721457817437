#include "dlq/redrive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/runtime/dead_letter.hpp>
#include <streams/runtime/repartition_record.hpp>
#include <streams/testing/virtual_clock.hpp>

#include "fake_store.hpp"

namespace streams::runtime::dlq {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::Pair;
using ::testing::SizeIs;

/// As `sample_facts`, refused behind an internal topic at that offset.
DeadLetterFacts facts_behind_internal_topic(std::int64_t offset, std::int64_t input_offset) {
  DeadLetterFacts facts = sample_facts(offset);
  facts.step = "tax";
  facts.input = "metrics.tax.by_user";
  facts.input_partition = 2;
  facts.input_offset = input_offset;
  return facts;
}

class RedriveTest : public ::testing::Test {
 protected:
  RedriveResult run(const RedriveOptions& options = {}) {
    return redrive(store_, {"metrics", "in", {"metrics.tax.by_user"}}, options,
                   {.clock = clock_,
                    .sleep = [this](std::chrono::nanoseconds time) { clock_.advance(time); },
                    .stop = [this] { return stop_ && stop_(); },
                    .progress = [](const RedriveCounts&) {}});
  }
  void fill(int count) {
    for (int i = 0; i < count; ++i) store_.add(sample_facts(i), "value " + std::to_string(i));
  }

  FakeStore store_;
  testing::VirtualClock clock_;
  std::function<bool()> stop_;
};

TEST_F(RedriveTest, WritesTheOriginalRecordBackWithNothingOfTheQueueButItsAttempts) {
  fill(1);
  const RedriveResult result = run();
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.counts.redriven, 1U);
  ASSERT_THAT(store_.source, SizeIs(1));
  const Message<Bytes>& record = store_.source[0].record;
  EXPECT_EQ(record.payload, "value 0");
  EXPECT_EQ(record.key, "key");
  EXPECT_EQ(record.timestamp, sample_facts(0).timestamp);
  const Headers wanted{{"trace", Bytes::literal("t1")},
                       {std::string(dead_letter::kPipeline), Bytes::copy_of(sample_facts(0).pipeline)},
                       {std::string(dead_letter::kAttempt), Bytes::literal("1")}};
  EXPECT_EQ(record.headers, wanted);
}

TEST_F(RedriveTest, ARecordWithoutAKeyAsksForItsOldPartitionAndOneWithAKeyDoesNot) {
  DeadLetterFacts facts = sample_facts(1);
  facts.partition = 5;
  Message<Bytes> record = letter_of(facts, "v");
  EXPECT_EQ(original_of(record, facts).partition, std::nullopt);
  record.key = Bytes();
  EXPECT_EQ(original_of(record, facts).partition, 5);
}

TEST_F(RedriveTest, ARecordWithoutAKeyFromBehindAnInternalTopicAsksForItsPartitionThere) {
  const DeadLetterFacts facts = facts_behind_internal_topic(7, 70);
  Message<Bytes> record = letter_of(facts, "v");
  EXPECT_EQ(original_of(record, facts).partition, std::nullopt);
  record.key = Bytes();
  EXPECT_EQ(original_of(record, facts).partition, 2);
}

TEST_F(RedriveTest, WhatWasRefusedBehindAnInternalTopicGoesBackThereInItsEnvelope) {
  store_.add(facts_behind_internal_topic(7, 70), "value");
  store_.add(sample_facts(8), "other");
  const RedriveResult result = run();
  EXPECT_EQ(result.counts.redriven, 2U);
  EXPECT_THAT(result.counts.to_internal_topics, ElementsAre(Pair("metrics.tax.by_user", 1U)));
  ASSERT_THAT(store_.source, SizeIs(2));
  EXPECT_EQ(store_.source[0].internal_topic, "metrics.tax.by_user");
  const auto inner = read_repartition_record(store_.source[0].record.payload);
  ASSERT_TRUE(inner && inner->data);
  EXPECT_EQ(inner->origin, (Origin{"in", 0, 7}));
  EXPECT_EQ(inner->payload, "value");
  EXPECT_EQ(store_.source[1].internal_topic, "");
  EXPECT_EQ(store_.source[1].record.payload, "other");
}

TEST_F(RedriveTest, ATombstoneFromBehindAnInternalTopicIsOneAgain) {
  const DeadLetterFacts facts = facts_behind_internal_topic(7, 70);
  Message<Bytes> letter = letter_of(facts, "");
  letter.payload = Bytes();
  EXPECT_TRUE(read_repartition_record(original_of(letter, facts).record.payload)->payload.is_null());
}

TEST_F(RedriveTest, MessagesOfOneSourceRecordAreToldApartByTheirPlacesInTheInternalTopic) {
  store_.add(facts_behind_internal_topic(7, 70));
  store_.add(facts_behind_internal_topic(7, 71));
  store_.add(facts_behind_internal_topic(7, 70));  // in the queue twice
  store_.add(sample_facts(7));                     // the record itself, refused before the topic
  const RedriveResult result = run();
  EXPECT_EQ(result.counts.redriven, 3U);
  EXPECT_EQ(result.counts.before, 1U);
  EXPECT_EQ(run().counts.before, 4U);
}

TEST_F(RedriveTest, WhatWasRefusedBehindATopicThatIsNoMoreIsLeftAndCounted) {
  DeadLetterFacts facts = facts_behind_internal_topic(7, 70);
  facts.input = "metrics.old.by_user";
  store_.add(facts);
  const RedriveResult result = run();
  EXPECT_EQ(result.counts.redriven, 0U);
  EXPECT_THAT(result.counts.gone_topics, ElementsAre(Pair("metrics.old.by_user", 1U)));
}

TEST_F(RedriveTest, ASecondRedriveWritesNothing) {
  fill(3);
  run();
  const RedriveResult again = run();
  EXPECT_TRUE(again.status.ok());
  EXPECT_EQ(again.counts.redriven, 0U);
  EXPECT_EQ(again.counts.before, 3U);
  EXPECT_THAT(store_.source, SizeIs(3));
}

TEST_F(RedriveTest, AfterADeathBetweenTwoBatchesEachRecordIsWrittenOnce) {
  fill(1200);
  store_.failing_commit = 1;
  const RedriveResult died = run();
  EXPECT_FALSE(died.status.ok());
  EXPECT_EQ(died.counts.redriven, 500U);
  store_.failing_commit = static_cast<std::size_t>(-1);
  const RedriveResult second = run();
  EXPECT_EQ(second.counts.redriven, 700U);
  EXPECT_EQ(second.counts.before, 500U);
  std::set<std::string> values;
  for (const RedrivenRecord& one : store_.source) values.insert(one.record.payload.str());
  EXPECT_THAT(store_.source, SizeIs(1200));
  EXPECT_THAT(values, SizeIs(1200));
}

TEST_F(RedriveTest, ARecordThatIsInTheQueueTwiceIsWrittenOnce) {
  store_.add(sample_facts(7));
  DeadLetterFacts replayed = sample_facts(7);
  replayed.time += 1s;
  store_.add(replayed);
  const RedriveResult result = run();
  EXPECT_EQ(result.counts.redriven, 1U);
  EXPECT_EQ(result.counts.before, 1U);
}

TEST_F(RedriveTest, ALedgerOfAnEarlierTopicOfThatNameHidesNothing) {
  fill(2);
  run();
  store_.queue.clear();
  for (int i = 0; i < 2; ++i) {
    DeadLetterFacts facts = sample_facts(i);
    facts.timestamp += 24h;
    store_.add(facts);
  }
  EXPECT_EQ(run().counts.redriven, 2U);
}

TEST_F(RedriveTest, ARecordThatWasRefusedTooOftenIsLeftAndCounted) {
  for (int attempt = 1; attempt <= 4; ++attempt) {
    DeadLetterFacts facts = sample_facts(attempt);
    facts.attempt = attempt;
    store_.add(facts);
  }
  const RedriveResult result = run();
  EXPECT_EQ(result.counts.redriven, 2U);
  EXPECT_EQ(result.counts.tried_too_often, 2U);
  EXPECT_EQ(run({.max_attempts = 4}).counts.redriven, 1U);
}

TEST_F(RedriveTest, WhatIsNotThisSourcesIsLeftAndCounted) {
  DeadLetterFacts facts = sample_facts(1);
  facts.topic = "elsewhere";
  store_.add(facts);
  facts = sample_facts(2);
  facts.pipeline = "billing";
  store_.add(facts);
  store_.add(sample_facts(3));
  store_.queue[0][2].headers = {};
  const RedriveResult result = run();
  EXPECT_EQ(result.counts.redriven, 0U);
  EXPECT_THAT(result.counts.other_topics, ElementsAre(Pair("elsewhere", 1U)));
  EXPECT_THAT(result.counts.other_pipelines, ElementsAre(Pair("billing", 1U)));
  EXPECT_EQ(result.counts.foreign, 1U);
}

TEST_F(RedriveTest, ADryRunOpensNothingAndWritesNothing) {
  fill(3);
  const RedriveResult result = run({.dry_run = true});
  EXPECT_EQ(result.counts.redriven, 3U);
  EXPECT_EQ(store_.opened, 0);
  EXPECT_THAT(store_.source, SizeIs(0));
  EXPECT_THAT(store_.ledger, SizeIs(0));
  EXPECT_EQ(run().counts.redriven, 3U);
}

TEST_F(RedriveTest, TheLimitCountsWhatIsWritten) {
  fill(10);
  EXPECT_EQ(run({.limit = 4}).counts.redriven, 4U);
  const RedriveResult second = run({.limit = 4});
  EXPECT_EQ(second.counts.redriven, 4U);
  EXPECT_EQ(second.counts.before, 4U);
  EXPECT_EQ(run({.limit = 4}).counts.redriven, 2U);
  EXPECT_EQ(run({.limit = 4, .dry_run = true}).counts.redriven, 0U);
}

TEST_F(RedriveTest, OnlyWhatTheFilterLetsThroughIsWritten) {
  fill(3);
  DeadLetterFacts facts = sample_facts(9);
  facts.step = "transform";
  store_.add(facts);
  EXPECT_EQ(run({.filter = {.step = "transform"}}).counts.redriven, 1U);
  EXPECT_EQ(run({.filter = {.offsets = {{1, 1}}}}).counts.redriven, 1U);
  EXPECT_EQ(store_.source[1].ledger.offset, 1);
}

TEST_F(RedriveTest, TheRateIsKeptInBatchesOfHalfASecond) {
  fill(100);
  const auto start = clock_.now();
  EXPECT_EQ(run({.rate = 20.0}).counts.redriven, 100U);
  EXPECT_THAT(store_.batches, Each(Le(10U)));
  // The last batch goes out when the 90 before it have had their time.
  EXPECT_EQ(clock_.now() - start, 4500ms);
}

TEST_F(RedriveTest, ARateBelowOneASecondStillGoesOn) {
  fill(3);
  const auto start = clock_.now();
  EXPECT_EQ(run({.rate = 0.1}).counts.redriven, 3U);
  EXPECT_EQ(clock_.now() - start, 20s);
}

TEST_F(RedriveTest, StoppedItEndsBehindAWholeBatchAndTheNextOneGoesOn) {
  fill(2000);
  stop_ = [this] { return store_.batches.size() == 2; };
  const RedriveResult stopped = run();
  EXPECT_TRUE(stopped.status.ok());
  EXPECT_TRUE(stopped.stopped);
  EXPECT_EQ(stopped.counts.redriven, 1000U);
  EXPECT_LT(stopped.counts.looked_at, stopped.counts.to_look_at);
  stop_ = nullptr;
  const RedriveResult rest = run();
  EXPECT_FALSE(rest.stopped);
  EXPECT_EQ(rest.counts.redriven, 1000U);
  EXPECT_THAT(store_.source, SizeIs(2000));
}

TEST_F(RedriveTest, StoppedWhileTheRateHoldsItBackItWritesNothingMore) {
  fill(20);
  bool slept = false;
  const RedriveOptions options{.rate = 2.0};
  const RedriveResult result = redrive(store_, {"metrics", "in", {"metrics.tax.by_user"}}, options,
                                       {.clock = clock_,
                                        .sleep = [&](std::chrono::nanoseconds) { slept = true; },
                                        .stop = [&] { return slept; },
                                        .progress = [](const RedriveCounts&) {}});
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.counts.redriven, 1U);
  EXPECT_THAT(store_.source, SizeIs(1));
}

TEST_F(RedriveTest, WhatCannotBeOpenedWritesNothing) {
  fill(1);
  store_.open_status = absl::FailedPreconditionError("two clusters");
  const RedriveResult result = run();
  EXPECT_EQ(result.status, store_.open_status);
  EXPECT_EQ(result.counts.to_look_at, 0U);
  EXPECT_THAT(store_.source, SizeIs(0));
}

}  // namespace
}  // namespace streams::runtime::dlq
