#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <streams/graph_print.hpp>
#include <streams/testing/driver.hpp>

#include "support/random_pipeline.hpp"

// Whatever the graph, however it is cut and with however many threads: the same records, in the same order.

namespace streams::runtime {
namespace {

using streams::testing::Driver;
using streams::testing::DriverOptions;
using streams::testing::Record;

constexpr std::size_t kRecords = 25;  // of each partition

using Outputs = std::map<std::string, std::vector<std::string>>;

void feed(Driver& driver, const std::vector<std::string>& topics, std::int32_t partitions, std::size_t from,
          std::size_t to) {
  for (std::size_t source = 0; source < topics.size(); ++source) {
    for (std::size_t place = from; place < to; ++place) {
      for (std::int32_t partition = 0; partition < partitions; ++partition) {
        Record record(test::random_value(source, static_cast<std::size_t>(partition), place));
        record.partition = partition;
        driver.feed("in" + std::to_string(source), {record});
      }
    }
  }
}

Outputs outputs_of(const Driver& driver, const Pipeline& pipeline) {
  Outputs outputs;
  for (const std::string& topic : test::output_topics(pipeline)) outputs[topic] = driver.values(topic);
  return outputs;
}

void expect_same(const Outputs& expected, const Outputs& values, bool repeats) {
  for (const auto& [topic, all] : expected) {
    EXPECT_EQ(test::difference(all, values.at(topic), repeats), "") << "in topic " << topic;
  }
}

class RandomGraphsTest : public ::testing::TestWithParam<int> {};

constexpr int kCases = 500;
constexpr int kCasesOfOne = 50;

TEST_P(RandomGraphsTest, GiveTheSameRecordsHoweverTheyAreCut) {
  for (int i = 0; i < kCasesOfOne; ++i) {
    const auto seed = static_cast<std::uint32_t>(GetParam() * kCasesOfOne + i);
    std::mt19937 random(seed);
    const Pipeline pipeline = test::random_pipeline(seed);
    const std::string yaml = test::random_deployment(pipeline, seed, "", "p");
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + to_text(pipeline.graph("p")) + yaml);
    const auto partitions = static_cast<std::int32_t>(1 + random() % 4);
    const std::vector<std::string> topics = test::input_topics(pipeline);

    Driver plain(pipeline, {.config = test::plain_deployment(pipeline, "", "p"), .partitions = partitions});
    feed(plain, topics, partitions, 0, kRecords);
    ASSERT_TRUE(plain.settle());
    const Outputs expected = outputs_of(plain, pipeline);

    const bool separate = random() % 2 == 0;
    Driver cut(pipeline, {.config = yaml, .partitions = partitions, .separate_segments = separate});
    const bool dies = random() % 3 == 0;
    feed(cut, topics, partitions, 0, kRecords / 2);
    cut.advance(std::chrono::milliseconds(random() % 700));
    if (dies) {
      cut.crash();
      cut.start();
    }
    feed(cut, topics, partitions, kRecords / 2, kRecords);
    cut.advance(std::chrono::milliseconds(random() % 300));
    if (dies) {
      cut.crash();
      cut.start();
    }
    ASSERT_TRUE(cut.settle());
    expect_same(expected, outputs_of(cut, pipeline), dies);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomGraphsTest, ::testing::Range(0, kCases / kCasesOfOne));

}  // namespace
}  // namespace streams::runtime
