#include "engine/epoch_log.hpp"

#include <map>
#include <random>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streams::runtime {
namespace {

using Offsets = std::map<PartitionId, std::int64_t>;

Offsets take(EpochLog& log) {
  log.collect_done();
  Offsets offsets;
  for (const PartitionOffset& offset : log.take_committable()) offsets[offset.id] = offset.offset;
  return offsets;
}

class EpochLogTest : public ::testing::Test {
 protected:
  EpochLogTest() {
    log_.begin_partition(0, 0);
    log_.begin_partition(1, 100);
  }
  void pass(PartitionId id, std::int64_t offset) { log_.passed(id, offset, {}); }

  EpochLog log_;
};

TEST_F(EpochLogTest, CommitsTheOffsetBehindTheLastRecordOfEachPartition) {
  pass(0, 0);
  pass(1, 100);
  pass(0, 1);
  log_.close();
  EXPECT_EQ(take(log_), (Offsets{{0, 2}, {1, 101}}));
}

TEST_F(EpochLogTest, CommitsNothingOfAnOpenEpoch) {
  pass(0, 0);
  EXPECT_EQ(take(log_), Offsets{});
}

TEST_F(EpochLogTest, DoesNotCommitPastAnEpochThatIsHeld) {
  pass(0, 0);
  Hold hold = log_.hold();
  log_.close();
  pass(0, 1);
  log_.close();
  EXPECT_EQ(take(log_), Offsets{}) << "the second epoch is done, but the first is not";
  hold.release();
  EXPECT_EQ(take(log_), (Offsets{{0, 2}}));
}

TEST_F(EpochLogTest, CommitsThePrefixBeforeAHeldEpoch) {
  pass(0, 0);
  log_.close();
  pass(0, 1);
  const Hold hold = log_.hold();
  log_.close();
  EXPECT_EQ(take(log_), (Offsets{{0, 1}}));
}

TEST_F(EpochLogTest, LeavesOutPartitionsThatDidNotMove) {
  pass(1, 100);
  log_.close();
  EXPECT_EQ(take(log_), (Offsets{{1, 101}}));
  pass(0, 0);
  log_.close();
  EXPECT_EQ(take(log_), (Offsets{{0, 1}}));
}

TEST_F(EpochLogTest, OffersAFailedCommitAgainUnlessANewerOneIsThere) {
  pass(0, 0);
  pass(1, 100);
  log_.close();
  log_.collect_done();
  const auto offsets = log_.take_committable();
  pass(0, 1);
  log_.close();
  log_.commit_failed(offsets);
  EXPECT_EQ(take(log_), (Offsets{{0, 2}, {1, 101}}));
}

TEST_F(EpochLogTest, ForgetsAPartitionThatWentAway) {
  pass(0, 0);
  pass(1, 100);
  log_.close();
  log_.forget_partition(0);
  EXPECT_EQ(take(log_), (Offsets{{1, 101}}));
}

TEST_F(EpochLogTest, DoesNotOfferAFailedCommitOfAForgottenPartition) {
  pass(0, 0);
  log_.close();
  log_.collect_done();
  const auto offsets = log_.take_committable();
  log_.forget_partition(0);
  log_.commit_failed(offsets);
  EXPECT_FALSE(log_.has_committable());
}

TEST_F(EpochLogTest, RewindsToTheCommittedOffsetAndVoidsWhatWasReadBehindIt) {
  pass(0, 0);
  log_.close();
  EXPECT_EQ(take(log_), (Offsets{{0, 1}}));
  pass(0, 1);
  Hold hold = log_.hold();
  log_.close();
  pass(0, 2);
  pass(1, 100);
  EXPECT_EQ(log_.rewind_partition(0), 1);
  log_.close();
  hold.release();
  EXPECT_EQ(take(log_), (Offsets{{1, 101}}));
}

TEST_F(EpochLogTest, AfterARewindOnlyRecordsReadAgainAreCommitted) {
  pass(0, 0);
  pass(1, 100);
  EXPECT_EQ(log_.rewind_partition(0), 0);
  log_.close();
  EXPECT_EQ(take(log_), (Offsets{{1, 101}}));
  pass(0, 0);
  log_.close();
  EXPECT_EQ(take(log_), (Offsets{{0, 1}}));
}

TEST_F(EpochLogTest, RewindsToAnOffsetThatIsDoneButNotYetCommitted) {
  pass(0, 0);
  pass(0, 1);
  log_.close();
  log_.collect_done();
  pass(0, 2);
  EXPECT_EQ(log_.rewind_partition(0), 2);
}

TEST_F(EpochLogTest, IsSettledOnlyWhenNothingIsOwed) {
  EXPECT_TRUE(log_.settled());
  pass(0, 0);
  EXPECT_FALSE(log_.settled());
  Hold hold = log_.hold();
  log_.close();
  log_.collect_done();
  EXPECT_FALSE(log_.settled());
  hold.release();
  log_.collect_done();
  EXPECT_FALSE(log_.settled()) << "it is done and not committed";
  log_.take_committable();
  EXPECT_TRUE(log_.settled());
}

TEST_F(EpochLogTest, KnowsWhenEverythingThroughAnEpochIsDone) {
  pass(0, 0);
  Hold hold = log_.hold();
  const auto number = log_.open_number();
  EXPECT_FALSE(log_.done_through(number));
  log_.close();
  log_.collect_done();
  EXPECT_FALSE(log_.done_through(number));
  hold.release();
  log_.collect_done();
  EXPECT_TRUE(log_.done_through(number));
}

// The rule itself, against a model that is too simple to be wrong: never commit past a record that is still
// owed, and in the end commit everything.
TEST(EpochLogPropertyTest, CommitsExactlyTheDonePrefixInAnyOrderOfAcknowledgement) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    EpochLog log;
    std::vector<std::int64_t> next(3, 0);
    std::vector<std::int64_t> committed(3, 0);
    for (PartitionId id = 0; id < 3; ++id) log.begin_partition(id, 0);
    std::vector<std::pair<std::pair<PartitionId, std::int64_t>, Hold>> owed;
    const auto check = [&] {
      for (const auto& [id, offset] : take(log)) {
        ASSERT_GT(offset, committed[id]) << "seed " << seed;
        committed[id] = offset;
      }
      for (const auto& [record, hold] : owed)
        ASSERT_LE(committed[record.first], record.second) << "seed " << seed;
    };
    for (int step = 0; step < 300; ++step) {
      const auto what = random() % 10;
      if (what < 6) {
        const auto id = static_cast<PartitionId>(random() % 3);
        if (random() % 3 != 0) owed.emplace_back(std::pair(id, next[id]), log.hold());
        log.passed(id, next[id]++, {});
      } else if (what < 8 && !owed.empty()) {
        owed.erase(owed.begin() + static_cast<std::ptrdiff_t>(random() % owed.size()));
      } else {
        log.close();
      }
      check();
    }
    owed.clear();
    log.close();
    check();
    EXPECT_EQ(committed, next) << "seed " << seed;
  }
}

}  // namespace
}  // namespace streams::runtime
