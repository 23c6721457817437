#include "dlq/dead_letter_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dlq/dead_letter_scan.hpp"
#include "fake_store.hpp"

namespace streams::runtime::dlq {
namespace {

using ::testing::ElementsAre;

TEST(DeadLetterFilterTest, WithoutConditionsEverythingPasses) {
  EXPECT_TRUE(passes({}, sample_facts(1)));
}

TEST(DeadLetterFilterTest, EachConditionLooksAtItsOwnFact) {
  const DeadLetterFacts facts = sample_facts(1);
  EXPECT_TRUE(passes({.step = "parser", .error = "parse", .message = "no number"}, facts));
  EXPECT_FALSE(passes({.step = "pars"}, facts));
  EXPECT_FALSE(passes({.error = "function"}, facts));
  EXPECT_FALSE(passes({.message = "other"}, facts));
}

TEST(DeadLetterFilterTest, SinceTakesItsMomentInAndUntilLeavesItOut) {
  const DeadLetterFacts facts = sample_facts(1);
  const auto next = facts.time + std::chrono::milliseconds(1);
  EXPECT_TRUE(passes({.since = facts.time, .until = next}, facts));
  EXPECT_FALSE(passes({.since = next}, facts));
  EXPECT_FALSE(passes({.until = facts.time}, facts));
}

TEST(DeadLetterFilterTest, PartitionAndOffsetsNarrowWhatIsReadAtAll) {
  const std::vector<DeadLetterRange> all{{0, 0, 10}, {1, 5, 8}, {2, 20, 30}};
  EXPECT_THAT(narrowed({}, all), ElementsAre(all[0], all[1], all[2]));
  EXPECT_THAT(narrowed({.partition = 1}, all), ElementsAre(all[1]));
  EXPECT_THAT(narrowed({.offsets = {{6, 21}}}, all),
              ElementsAre(DeadLetterRange{0, 6, 10}, DeadLetterRange{1, 6, 8}, DeadLetterRange{2, 20, 22}));
  EXPECT_THAT(narrowed({.partition = 0, .offsets = {{3, 3}}}, all), ElementsAre(DeadLetterRange{0, 3, 4}));
  EXPECT_THAT(narrowed({.offsets = {{28, std::numeric_limits<std::int64_t>::max()}}}, all),
              ElementsAre(DeadLetterRange{2, 28, 30}));
}

TEST(DeadLetterScanTest, EndsAtTheLimitAndCountsWhatIsForeign) {
  FakeStore store;
  for (int i = 0; i < 5; ++i) store.add(sample_facts(i));
  store.queue[0][1].headers = {};
  std::vector<std::int64_t> seen;
  const auto counts = scan(store, {}, 3, [&](const Message<Bytes>& record, const DeadLetterFacts&) {
    seen.push_back(record.origin.offset);
  });
  ASSERT_TRUE(counts.ok());
  EXPECT_THAT(seen, ElementsAre(0, 2, 3));
  EXPECT_EQ(counts->matched, 3U);
  EXPECT_EQ(counts->foreign, 1U);
}

}  // namespace
}  // namespace streams::runtime::dlq
