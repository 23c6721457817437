#include "manifests/quantity.hpp"

#include <gtest/gtest.h>

namespace streams::runtime::manifests {
namespace {

TEST(QuantityTest, AnAmountIsWhatKubernetesTakes) {
  for (const char* right : {"1", "0.5", "500m", "12"}) EXPECT_TRUE(is_cpu(right)) << right;
  for (const char* wrong : {"", "m", "0", "0m", "1.5m", ".5", "1.", "1.2.3", "2 cores", "-1", "1e3", "500Mi"})
    EXPECT_FALSE(is_cpu(wrong)) << wrong;
  for (const char* right : {"512Mi", "1Gi", "1.5Gi", "500M", "268435456", "64k"})
    EXPECT_TRUE(is_memory(right)) << right;
  for (const char* wrong : {"", "Mi", "0Mi", "512MB", "512MiB", "512 Mi", "1m", "-1Gi"})
    EXPECT_FALSE(is_memory(wrong)) << wrong;
}

TEST(QuantityTest, TheMemoryFollowsTheBudget) {
  EXPECT_EQ(memory_for(std::uint64_t{64} << 20), "256Mi");
  EXPECT_EQ(memory_for((std::uint64_t{1} << 20) + 1), "132Mi");
}

}  // namespace
}  // namespace streams::runtime::manifests
