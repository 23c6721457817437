#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/await.hpp"
#include "support/kafka_test.hpp"
#include "support/runner.hpp"
#include "support/test_folder.hpp"

// Every record goes to two clusters (tests/failure/pipelines/both.cpp), and one of them is gone for a while: nothing
// counts as done before it has arrived on both.

namespace streams::tests {
namespace {

using namespace std::chrono_literals;

constexpr int kPartitions = 2;
constexpr auto kPatience = 60s;

class BranchCommitTest : public OwnKafkaTest {
 protected:
  void SetUp() override {
    OwnKafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    near_.emplace();
    far_.emplace();
    near().create_topic("records", kPartitions);
    near().create_topic("near-records");
    far().create_topic("far-records");
    const auto at = [](const KafkaBroker& broker) {
      return "{bootstrap_servers: [\"" + broker.bootstrap() + "\"]";
    };
    std::ofstream(config_) << "pipeline:\n  application: " << STREAMS_TEST_PIPELINES "/both.cpp\n"
                           << "  adapter_config:\n    kafka:\n      lock_dir: "
                           << (folder_.path() / "locks").string()
                           << "\n  commit: {interval: 100ms}\n  segments:\n    - steps_config:\n"
                           << "        myinput: " << at(*near_) << ", auto_offset_reset: earliest}\n"
                           << "        near: " << at(*near_) << "}\n        far: " << at(*far_) << "}\n";
    const auto validate = start_runner(folder_.path(), "validate", {"validate", "--config", config_});
    ASSERT_EQ(validate->wait(180s), 0) << validate->err();
  }

  KafkaClient& near() { return near_->client(); }
  KafkaClient& far() { return far_->client(); }
  std::unique_ptr<Child> start() {
    return start_runner(folder_.path(), "runner" + std::to_string(started_++), {"--config", config_});
  }
  void feed(int count) {
    std::vector<KafkaRecord> records;
    for (int i = 0; i < count; ++i, ++fed_)
      records.push_back({.value = std::to_string(fed_), .partition = fed_ % kPartitions});
    near().produce("records", records);
  }
  std::map<std::int32_t, std::int64_t> committed() {
    return near().committed_offsets("pipeline-myinput", "records");
  }
  bool all_committed() { return committed() == near().end_offsets("records"); }

  /// The numbers of a partition in the order in which they first came.
  static std::map<int, std::vector<int>> first_occurrences(KafkaClient& client, const std::string& topic) {
    std::map<int, std::vector<int>> orders;
    std::set<int> seen;
    for (const KafkaRecord& record : client.consume_all(topic)) {
      const int number = std::stoi(record.value.value());
      if (seen.insert(number).second) orders[number % kPartitions].push_back(number);
    }
    return orders;
  }
  std::map<int, std::vector<int>> all_fed() const {
    std::map<int, std::vector<int>> orders;
    for (int number = 0; number < fed_; ++number) orders[number % kPartitions].push_back(number);
    return orders;
  }

  TestFolder folder_;
  std::optional<KafkaBroker> near_;
  std::optional<KafkaBroker> far_;

 private:
  const std::string config_ = (folder_.path() / "deployment.yaml").string();
  int fed_ = 0;
  int started_ = 0;
};

TEST_F(BranchCommitTest, NothingIsCommittedThatOneBranchStillOwesAndAKillLosesNothing) {
  feed(1'000);
  const auto killed = start();
  ASSERT_TRUE(await([&] { return all_committed(); }, kPatience)) << killed->err();
  const auto before = committed();

  far_->stop();
  feed(5'000);
  ASSERT_TRUE(await([&] { return near().end_offsets("near-records").at(0) == 6'000; }, kPatience))
      << killed->err();
  // Ten commits long, the branch that flows is done with everything.
  EXPECT_FALSE(await([&] { return committed() != before; }, 1s)) << "committed what has not arrived";
  ASSERT_TRUE(killed->running()) << killed->err();
  killed->signal(SIGKILL);
  ASSERT_EQ(killed->wait(10s), 128 + SIGKILL);

  far_->start();
  const auto runner = start();
  feed(1'000);
  ASSERT_TRUE(await([&] { return all_committed(); }, kPatience)) << runner->err();
  runner->signal(SIGTERM);
  EXPECT_EQ(runner->wait(30s), 0) << runner->err();
  EXPECT_EQ(first_occurrences(near(), "near-records"), all_fed());
  EXPECT_EQ(first_occurrences(far(), "far-records"), all_fed());
}

TEST_F(BranchCommitTest, WhenTheBranchFlowsAgainEverythingIsCommittedAndNothingWasRepeated) {
  feed(1'000);
  const auto runner = start();
  ASSERT_TRUE(await([&] { return all_committed(); }, kPatience)) << runner->err();
  far_->stop();
  feed(5'000);
  ASSERT_TRUE(await([&] { return near().end_offsets("near-records").at(0) == 6'000; }, kPatience))
      << runner->err();
  far_->start();
  ASSERT_TRUE(await([&] { return all_committed(); }, kPatience)) << runner->err();
  runner->signal(SIGTERM);
  EXPECT_EQ(runner->wait(30s), 0) << runner->err();
  EXPECT_EQ(near().consume_all("near-records").size(), 6'000U);
  EXPECT_EQ(far().consume_all("far-records").size(), 6'000U);
  EXPECT_EQ(first_occurrences(far(), "far-records"), all_fed());
}

}  // namespace
}  // namespace streams::tests
