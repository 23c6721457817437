#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "support/await.hpp"
#include "support/kafka_test.hpp"
#include "support/runner.hpp"
#include "support/test_folder.hpp"

// A chain with a step that is hard work (tests/failure/pipelines/heavy.cpp), with one thread and with two.

namespace streams::tests {
namespace {

using namespace std::chrono_literals;

constexpr int kPartitions = 4;
constexpr auto kPatience = 60s;

double cpu_seconds_of_ended_children() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class ParallelChainTest : public KafkaTest, public ::testing::WithParamInterface<int> {};

TEST_P(ParallelChainTest, KeepsTheOrderOfEachPartition) {
  const char* given = std::getenv("STREAMS_TEST_RECORDS");
  const int count = given == nullptr ? 800 : std::stoi(given);
  TestFolder folder;
  const std::string in = unique_name("in");
  const std::string out = unique_name("out");
  kafka().create_topic(in, kPartitions);
  kafka().create_topic(out);
  const std::string brokers = "{bootstrap_servers: [\"" + broker().bootstrap() + "\"], topic: ";
  const std::string config = (folder.path() / "deployment.yaml").string();
  const std::string group = unique_name("group");
  std::ofstream(config) << "pipeline:\n  application: " << STREAMS_TEST_PIPELINES "/heavy.cpp\n"
                        << "  adapter_config:\n    kafka:\n      lock_dir: "
                        << (folder.path() / "locks").string()
                        << "\n  segments:\n    - steps_config:\n        myinput: " << brokers << in
                        << ", auto_offset_reset: earliest, consumer_group: " << group
                        << "}\n        work: {starts_segment: true, parallelism: " << GetParam()
                        << "}\n        mysink: " << brokers << out << "}\n";
  const auto validate = start_runner(folder.path(), "validate", {"validate", "--config", config});
  ASSERT_EQ(validate->wait(180s), 0) << validate->err();
  std::vector<KafkaRecord> records;
  for (int i = 0; i < count; ++i)
    records.push_back(
        {.value = std::to_string(i % kPartitions) + " " + std::to_string(i), .partition = i % kPartitions});

  const double before = cpu_seconds_of_ended_children();
  const auto runner = start_runner(folder.path(), "runner", {"--config", config});
  // All workers have their share before there is work.
  for (int worker = 0; worker < GetParam(); ++worker)
    ASSERT_TRUE(runner->await_err("worker " + std::to_string(worker) + ": assigned", kPatience))
        << runner->err();
  const auto begin = std::chrono::steady_clock::now();
  kafka().produce(in, records);
  const auto ends = kafka().end_offsets(in);
  ASSERT_TRUE(await([&] { return kafka().committed_offsets(group, in) == ends; }, kPatience))
      << runner->err();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  runner->signal(SIGTERM);
  ASSERT_EQ(runner->wait(30s), 0) << runner->err();
  const double cpu = cpu_seconds_of_ended_children() - before;
  std::cout << "[          ] " << count << " records, " << GetParam() << " threads: " << wall.count()
            << " s, " << cpu << " s of CPU, " << cpu / wall.count() << " CPUs at work" << std::endl;

  std::map<int, std::vector<int>> orders;
  for (const KafkaRecord& record : kafka().consume_all(out)) {
    const std::string& value = *record.value;
    orders[value[0] - '0'].push_back(std::stoi(value.substr(2)));
  }
  std::map<int, std::vector<int>> expected;
  for (int i = 0; i < count; ++i) expected[i % kPartitions].push_back(i);
  EXPECT_EQ(orders, expected);
}

INSTANTIATE_TEST_SUITE_P(Threads, ParallelChainTest, ::testing::Values(1, 2),
                         [](const auto& test) { return std::to_string(test.param); });

}  // namespace
}  // namespace streams::tests
