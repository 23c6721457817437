#include "assignment.hpp"

#include <gtest/gtest.h>

namespace streams::kafka {
namespace {

using runtime::OffsetReset;

TEST(AssignmentTest, GoesOnAtACommittedOffsetWhateverTheResetSays) {
  for (const auto reset : {OffsetReset::kEarliest, OffsetReset::kLatest, OffsetReset::kError})
    EXPECT_EQ(decide_start({.partition = 9,
                            .has_commit = true,
                            .partitions_at_first_start = 3,
                            .reset = reset,
                            .strict = true}),
              StartPlace::committed);
}

TEST(AssignmentTest, TheFirstStartFollowsTheReset) {
  StartFacts facts{.partition = 0, .has_commit = false, .partitions_at_first_start = 4};
  facts.reset = OffsetReset::kEarliest;
  EXPECT_EQ(decide_start(facts), StartPlace::earliest);
  facts.reset = OffsetReset::kLatest;
  EXPECT_EQ(decide_start(facts), StartPlace::latest);
  facts.reset = OffsetReset::kError;
  EXPECT_EQ(decide_start(facts), StartPlace::refused);
}

TEST(AssignmentTest, APartitionThatWasAddedLaterStartsAtItsFirstRecord) {
  for (const auto reset : {OffsetReset::kEarliest, OffsetReset::kLatest, OffsetReset::kError})
    EXPECT_EQ(decide_start({.partition = 4,
                            .has_commit = false,
                            .partitions_at_first_start = 4,
                            .reset = reset,
                            .strict = true}),
              StartPlace::earliest);
}

TEST(AssignmentTest, StrictRefusesToChoose) {
  EXPECT_EQ(decide_start({.partition = 0,
                          .has_commit = false,
                          .partitions_at_first_start = 4,
                          .reset = OffsetReset::kEarliest,
                          .strict = true}),
            StartPlace::refused);
}

TEST(AssignmentTest, WithoutAnyCommitOfOursNoPartitionCountsAsNew) {
  EXPECT_EQ(decide_start({.partition = 100,
                          .has_commit = false,
                          .partitions_at_first_start = {},
                          .reset = OffsetReset::kLatest}),
            StartPlace::latest);
}

TEST(AssignmentTest, TheMetadataOfACommitIsReadBack) {
  EXPECT_EQ(partitions_in_metadata(commit_metadata(12)), 12);
}

TEST(AssignmentTest, TheMetadataOfOthersIsNotOurs) {
  for (const char* foreign :
       {"", "x", "streams:partitions=", "streams:partitions=x", "streams:partitions=4x",
        "streams:partitions=0", "streams:partitions=-1", "streams:partitions=99999999999"})
    EXPECT_EQ(partitions_in_metadata(foreign), std::nullopt) << foreign;
}

}  // namespace
}  // namespace streams::kafka
