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

// A pipeline with two sources (tests/failure/pipelines/merged.cpp).

namespace streams::tests {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 60s;

class SeveralSourcesTest : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    kafka().create_topic(left_, 3);
    kafka().create_topic(right_, 2);
    kafka().create_topic(out_);
  }

  /// `groups` are further keys of the two sources.
  void write_deployment(const std::string& left_group, const std::string& right_group) {
    const std::string brokers = "{bootstrap_servers: [\"" + broker().bootstrap() + "\"], topic: ";
    const auto source = [&](const std::string& topic, const std::string& group) {
      return brokers + topic + ", auto_offset_reset: earliest, parallelism: 2" +
             (group.empty() ? "" : ", consumer_group: " + group) + "}\n";
    };
    std::ofstream(config_) << "pipeline:\n  name: " << name_
                           << "\n  application: " << STREAMS_TEST_PIPELINES "/merged.cpp\n"
                           << "  adapter_config:\n    kafka:\n      lock_dir: "
                           << (folder_.path() / "locks").string()
                           << "\n  commit: {interval: 100ms}\n  segments:\n    - steps_config:\n"
                           << "        left: " << source(left_, left_group)
                           << "        right: " << source(right_, right_group)
                           << "        mysink: " << brokers << out_ << "}\n";
    const auto validate = start({"validate", "--config", config_});
    ASSERT_EQ(validate->wait(180s), 0) << validate->err();
  }

  std::unique_ptr<Child> start(const std::vector<std::string>& words) {
    return start_runner(folder_.path(), "runner" + std::to_string(started_++), words);
  }

  void feed(int count) {
    for (const auto& [topic, partitions] : {std::pair(left_, 3), std::pair(right_, 2)}) {
      std::vector<KafkaRecord> records;
      for (int i = 0; i < count; ++i)
        records.push_back({.value = std::to_string(fed_ + i), .partition = i % partitions});
      kafka().produce(topic, records);
    }
    fed_ += count;
  }
  bool all_committed(const std::string& left_group, const std::string& right_group) {
    return kafka().committed_offsets(left_group, left_) == kafka().end_offsets(left_) &&
           kafka().committed_offsets(right_group, right_) == kafka().end_offsets(right_);
  }

  /// All is read, in spite of a kill, and the groups are these.
  void expect_all_through(const std::string& left_group, const std::string& right_group) {
    feed(3'000);
    const auto killed = start({"--config", config_});
    ASSERT_TRUE(await([&] { return kafka().end_offsets(out_).at(0) > 2'000; }, kPatience)) << killed->err();
    killed->signal(SIGKILL);
    ASSERT_EQ(killed->wait(10s), 128 + SIGKILL);
    feed(3'000);
    const auto runner = start({"--config", config_});
    ASSERT_TRUE(await([&] { return all_committed(left_group, right_group); }, kPatience)) << runner->err();
    runner->signal(SIGTERM);
    EXPECT_EQ(runner->wait(30s), 0) << runner->err();
    std::set<std::string> expected;
    for (int i = 0; i < fed_; ++i)
      for (const char* side : {"left ", "right "}) expected.insert(side + std::to_string(i));
    std::set<std::string> found;
    for (const KafkaRecord& record : kafka().consume_all(out_)) found.insert(*record.value);
    EXPECT_EQ(found.size(), expected.size());
    EXPECT_TRUE(found == expected);
  }

  TestFolder folder_;
  const std::string name_ = unique_name("merged");

 private:
  const std::string left_ = unique_name("left");
  const std::string right_ = unique_name("right");
  const std::string out_ = unique_name("out");
  const std::string config_ = (folder_.path() / "deployment.yaml").string();
  int fed_ = 0;
  int started_ = 0;
};

TEST_F(SeveralSourcesTest, ShareTheGroupOfThePipelineWhereNoneIsGiven) {
  ASSERT_NO_FATAL_FAILURE(write_deployment("", ""));
  expect_all_through("pipeline-" + name_, "pipeline-" + name_);
}

TEST_F(SeveralSourcesTest, ReadInGroupsOfTheirOwn) {
  const std::string left = unique_name("left-group");
  const std::string right = unique_name("right-group");
  ASSERT_NO_FATAL_FAILURE(write_deployment(left, right));
  expect_all_through(left, right);
}

}  // namespace
}  // namespace streams::tests
