#include "config/nearest.hpp"

#include <gtest/gtest.h>

namespace {

using streams::runtime::nearest;

TEST(NearestTest, FindsChangedSwappedMissingAndExtraLetters) {
  EXPECT_EQ(nearest("topik", {"topic", "bucket"}), "topic");
  EXPECT_EQ(nearest("tpoic", {"topic", "bucket"}), "topic");
  EXPECT_EQ(nearest("bootstrap_server", {"topic", "bootstrap_servers"}), "bootstrap_servers");
  EXPECT_EQ(nearest("buckett", {"topic", "bucket"}), "bucket");
}

TEST(NearestTest, CaseAndSeparatorsDoNotCount) {
  EXPECT_EQ(nearest("Bootstrap-Servers", {"topic", "bootstrap_servers"}), "bootstrap_servers");
  EXPECT_EQ(nearest("batchSize", {"batch_size", "batch_size_bytes"}), "batch_size");
}

TEST(NearestTest, TheNearestOfSeveralWins) {
  EXPECT_EQ(nearest("drop_", {"dlq", "drip", "drop"}), "drop");
}

TEST(NearestTest, NothingIsNearAWordThatIsLikeNone) {
  EXPECT_EQ(nearest("zzzz", {"topic", "bucket"}), "");
  EXPECT_EQ(nearest("", {"topic"}), "");
  EXPECT_EQ(nearest("x", {}), "");
  EXPECT_EQ(nearest(std::string(100'000, 't'), {"topic"}), "");
}

}  // namespace
