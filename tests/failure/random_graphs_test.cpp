#include <signal.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <streams/graph_print.hpp>
#include <streams/testing/driver.hpp>

#include "support/await.hpp"
#include "support/child.hpp"
#include "support/kafka_test.hpp"
#include "support/random_pipeline.hpp"
#include "support/runner.hpp"
#include "support/test_folder.hpp"

// Random graphs, cut at random, on a real broker: the records of the driver that runs the graph in one piece.

namespace streams::tests {
namespace {

using namespace std::chrono_literals;

constexpr int kPartitions = 4;
constexpr std::size_t kRecords = 60;  // of each partition
constexpr auto kPatience = 60s;

class RandomGraphsOnKafkaTest : public KafkaTest, public ::testing::WithParamInterface<int> {};

std::vector<KafkaRecord> records_of(std::size_t source, std::size_t from, std::size_t to) {
  std::vector<KafkaRecord> records;
  for (std::size_t place = from; place < to; ++place) {
    for (int partition = 0; partition < kPartitions; ++partition)
      records.push_back({.value = test::random_value(source, static_cast<std::size_t>(partition), place),
                         .partition = partition});
  }
  return records;
}

std::map<std::string, std::vector<std::string>> expected_of(const Pipeline& pipeline) {
  testing::Driver driver(pipeline,
                         {.config = test::plain_deployment(pipeline, "", "p"), .partitions = kPartitions});
  for (std::size_t source = 0; source < test::input_topics(pipeline).size(); ++source) {
    for (const KafkaRecord& record : records_of(source, 0, kRecords)) {
      testing::Record fed(*record.value);
      fed.partition = record.partition;
      driver.feed("in" + std::to_string(source), {fed});
    }
  }
  EXPECT_TRUE(driver.settle());
  std::map<std::string, std::vector<std::string>> expected;
  for (const std::string& topic : test::output_topics(pipeline)) expected[topic] = driver.values(topic);
  return expected;
}

TEST_P(RandomGraphsOnKafkaTest, GiveTheSameRecordsHoweverTheyAreCut) {
  const auto seed = static_cast<std::uint32_t>(1000 + GetParam());
  std::mt19937 random(seed);
  const Pipeline pipeline = test::random_pipeline(seed);
  const std::string name = unique_name("graph");
  const std::string yaml = test::random_deployment(pipeline, seed, kafka().bootstrap(), name);
  SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + to_text(pipeline.graph("p")) + yaml);
  const auto expected = expected_of(pipeline);
  const std::size_t sources = test::input_topics(pipeline).size();
  for (const std::string& topic : test::input_topics(pipeline))
    kafka().create_topic(name + "-" + topic, kPartitions);
  // Records without a key go to any partition, so only one partition shows their order.
  for (const auto& [topic, values] : expected) kafka().create_topic(name + "-" + topic, 1);

  const TestFolder folder;
  const std::filesystem::path config = folder.path() / "deployment.yaml";
  std::ofstream(config) << yaml << "  adapter_config: {kafka: {lock_dir: \"" << folder.path().string()
                        << "\"}}\n";
  std::size_t entries = 0;
  for (std::size_t at = 0; (at = yaml.find("steps_config", at)) != std::string::npos; ++at) ++entries;
  const bool separate = random() % 2 == 0;
  const auto start = [&](std::size_t process) {
    std::vector<std::string> arguments{STREAMS_TEST_RANDOM_GRAPH, "--config", config.string()};
    if (separate) arguments.insert(arguments.end(), {"--segment-id", std::to_string(process)});
    return start_runner(folder.path(), "run" + std::to_string(process), arguments, {},
                        {{"STREAMS_RANDOM_GRAPH", std::to_string(seed)}});
  };
  std::vector<std::unique_ptr<Child>> processes;
  for (std::size_t i = 0; i < (separate ? entries : 1); ++i) processes.push_back(start(i));

  for (std::size_t source = 0; source < sources; ++source)
    kafka().produce(name + "-in" + std::to_string(source), records_of(source, 0, kRecords / 2));
  const bool dies = random() % 2 == 0;
  if (dies) {
    const std::size_t victim = random() % processes.size();
    const auto& [topic, values] = *expected.begin();
    kafka().consume_at_least(name + "-" + topic, values.size() * (random() % 40) / 100, kPatience);
    processes[victim]->signal(SIGKILL);
    ASSERT_TRUE(processes[victim]->wait(kPatience));
    processes[victim] = start(victim);
  }
  for (std::size_t source = 0; source < sources; ++source)
    kafka().produce(name + "-in" + std::to_string(source), records_of(source, kRecords / 2, kRecords));

  for (const auto& [topic, values] : expected) {
    std::string different;
    await(
        [&] {
          std::vector<std::string> arrived;
          for (const KafkaRecord& record : kafka().consume_all(name + "-" + topic))
            arrived.push_back(*record.value);
          different = test::difference(values, arrived, dies);
          return different.empty();
        },
        kPatience);
    EXPECT_EQ(different, "") << "in topic " << topic;
  }
  for (const auto& process : processes) process->signal(SIGTERM);
  for (const auto& process : processes) {
    EXPECT_EQ(process->wait(kPatience), 0) << process->err();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomGraphsOnKafkaTest, ::testing::Range(0, 20));

}  // namespace
}  // namespace streams::tests
