#include "membership.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>

namespace streams::kafka {
namespace {

using namespace std::chrono_literals;

class MembershipTest : public ::testing::Test {
 protected:
  MembershipTest() {
    std::string name = (std::filesystem::temp_directory_path() / "streams-slots-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~MembershipTest() override { std::filesystem::remove_all(folder_); }

  /// A process that holds the lowest free slot of `group` until it is killed.
  pid_t process_with_slot(const std::string& group) {
    std::array<int, 2> ready{};
    if (pipe(ready.data()) != 0) return -1;
    const pid_t child = fork();
    if (child == 0) {
      auto slot = claim_slot(folder_, group);
      const char done = slot.ok() ? 'y' : 'n';
      if (write(ready[1], &done, 1) != 1) _exit(1);
      for (;;) pause();
    }
    char done = 'n';
    EXPECT_EQ(read(ready[0], &done, 1), 1);
    EXPECT_EQ(done, 'y');
    close(ready[0]);
    close(ready[1]);
    return child;
  }

  std::string folder_;
};

TEST_F(MembershipTest, TakesTheLowestFreeSlot) {
  auto first = claim_slot(folder_, "g");
  auto second = claim_slot(folder_, "g");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->number(), 0U);
  EXPECT_EQ(second->number(), 1U);
  { const auto freed = *std::move(first); }
  auto third = claim_slot(folder_, "g");
  ASSERT_TRUE(third.ok());
  EXPECT_EQ(third->number(), 0U);
}

TEST_F(MembershipTest, GroupsDoNotMeet) {
  auto one = claim_slot(folder_, "a");
  auto other = claim_slot(folder_, "b");
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_EQ(one->number(), 0U);
  EXPECT_EQ(other->number(), 0U);
}

TEST_F(MembershipTest, ALivingProcessKeepsItsSlot) {
  const pid_t child = process_with_slot("g");
  const auto start = std::chrono::steady_clock::now();
  auto slot = claim_slot(folder_, "g", 5s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 4s) << "nobody waits for the living";
  ASSERT_TRUE(slot.ok());
  EXPECT_EQ(slot->number(), 1U);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST_F(MembershipTest, AKilledProcessGivesItsSlotBack) {
  const pid_t child = process_with_slot("g");
  kill(child, SIGKILL);
  // Not reaped: from here it is dying or a zombie, as a process killed and started again at once finds it.
  auto slot = claim_slot(folder_, "g", 5s);
  ASSERT_TRUE(slot.ok());
  EXPECT_EQ(slot->number(), 0U);
  waitpid(child, nullptr, 0);
}

TEST_F(MembershipTest, AFolderThatCannotBeMadeIsNamed) {
  const auto slot = claim_slot("/proc/no-such-folder", "g");
  ASSERT_FALSE(slot.ok());
  EXPECT_NE(std::string(slot.status().message()).find("/proc/no-such-folder"), std::string::npos);
}

TEST_F(MembershipTest, AProgramThatFollowsDoesNotInheritTheLock) {
  std::array<int, 2> ready{};
  ASSERT_EQ(pipe(ready.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto slot = claim_slot(folder_, "g");
    dup2(ready[1], STDOUT_FILENO);
    if (slot.ok()) execlp("sh", "sh", "-c", "echo ready; exec sleep 30", nullptr);
    _exit(1);
  }
  close(ready[1]);
  // It is the new program that speaks.
  char letter = 0;
  ASSERT_EQ(read(ready[0], &letter, 1), 1);
  close(ready[0]);
  auto slot = claim_slot(folder_, "g");
  ASSERT_TRUE(slot.ok());
  EXPECT_EQ(slot->number(), 0U);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST_F(MembershipTest, TheNameIsTheSameForEveryStartOnOneBootAndNoOther) {
  const Identity machine{"", "host", "boot"};
  EXPECT_EQ(instance_id(machine, 1, 2), instance_id(machine, 1, 2));
  EXPECT_NE(instance_id(machine, 1, 2), instance_id({"", "host", "later"}, 1, 2));
  EXPECT_NE(instance_id(machine, 1, 2), instance_id(machine, 2, 1));
  EXPECT_TRUE(instance_id(machine, 1, 2).starts_with("host-"));
}

TEST_F(MembershipTest, AContainerThatStartsAgainInItsPodKeepsTheName) {
  EXPECT_EQ(instance_id({"shop-0-6c9f7-x2x4z", "node", "boot"}, 0, 1), "shop-0-6c9f7-x2x4z-0-1");
  // Also on another node, or after the node was started again: a name is given to one pod at a time.
  EXPECT_EQ(instance_id({"shop-0", "node", "boot"}, 0, 0), instance_id({"shop-0", "other", "later"}, 0, 0));
}

TEST_F(MembershipTest, PodsThatShareTheHostsNetworkAndBootDiffer) {
  EXPECT_NE(instance_id({"shop-a", "node", "boot"}, 0, 0), instance_id({"shop-b", "node", "boot"}, 0, 0));
}

TEST_F(MembershipTest, APodsNameIsMadeOneThatKafkaTakes) {
  EXPECT_EQ(instance_id({"shop.eu_1", "", ""}, 0, 0), "shop.eu_1-0-0");
  const std::string mended = instance_id({"shop/1", "", ""}, 0, 0);
  EXPECT_TRUE(mended.starts_with("shop_1-")) << mended;
  EXPECT_NE(mended, instance_id({"shop:1", "", ""}, 0, 0));
  const std::string longer = instance_id({std::string(253, 'a'), "", ""}, 9999, 999);
  EXPECT_LE(longer.size(), 249U);
  EXPECT_NE(longer, instance_id({std::string(252, 'a') + "b", "", ""}, 9999, 999));
}

TEST_F(MembershipTest, TheVariablePodNameSaysWhichPodThisIs) {
  ASSERT_EQ(setenv("POD_NAME", "shop-0", 1), 0);
  EXPECT_EQ(own_identity().pod, "shop-0");
  ASSERT_EQ(unsetenv("POD_NAME"), 0);
  EXPECT_EQ(own_identity().pod, "");
  EXPECT_FALSE(own_identity().host.empty());
  EXPECT_FALSE(own_identity().boot_id.empty());
}

}  // namespace
}  // namespace streams::kafka
