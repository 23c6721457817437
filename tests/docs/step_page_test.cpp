#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <streams/testing/driver.hpp>

#include "support/module_pipeline.hpp"
#include "support/text_file.hpp"

// The pages of docs/steps: the pipeline of each gets the input that the page shows, and must give the output beside it.

namespace streams::tests {
namespace {

using ::testing::ElementsAreArray;
using ::testing::UnorderedElementsAreArray;
using Lines = std::vector<std::string>;

/// A fenced block: ```LANGUAGE WORD...
struct Block {
  Lines words;
  std::string text;

  bool has(const std::string& word) const {
    return std::find(words.begin(), words.end(), word) != words.end();
  }
};

std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> blocks;
  bool inside = false;
  for (const std::string& line : lines_of(page)) {
    if (line.starts_with("```")) {
      inside = !inside;
      if (!inside) continue;
      std::istringstream words(line.substr(3));
      Block& block = blocks.emplace_back();
      for (std::string word; words >> word;) block.words.push_back(word);
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

/// A line of the local adapter's framed format; JSON is YAML.
testing::Record framed_record(const std::string& line) {
  const YAML::Node node = YAML::Load(line);
  testing::Record record;
  record.value = node["value"].as<std::string>();
  if (node["key"].IsDefined()) record.key = node["key"].as<std::string>();
  for (const auto& header : node["headers"])
    record.headers.emplace_back(header[0].as<std::string>(), header[1].as<std::string>());
  return record;
}

std::vector<testing::Record> records_of(const Block& block) {
  std::vector<testing::Record> records;
  for (const std::string& line : lines_of(block.text))
    records.push_back(block.has("framed") ? framed_record(line) : testing::Record(line));
  return records;
}

/// "json input TOPIC", "text output TOPIC unordered".
std::string topic_of(const Block& block) {
  return block.words.at(block.has("framed") ? 3 : 2);
}

class StepPageTest : public ::testing::TestWithParam<std::string> {};

TEST_P(StepPageTest, ItsPipelineGivesTheOutputThatItShows) {
  const std::string page =
      read_text(std::filesystem::path(STREAMS_SOURCE_DIR) / "docs" / "steps" / (GetParam() + ".md"));
  testing::DriverOptions options;
  int inputs = 0;
  int outputs = 0;
  for (const Block& block : blocks_of(page)) {
    if (block.has("yaml")) options.config = block.text;
    inputs += block.has("input");
    outputs += block.has("output");
  }
  ASSERT_GT(inputs, 0);
  ASSERT_GT(outputs, 0);

  testing::Driver driver(pipeline_of_module(STEP_PAGE_MODULES "/" + GetParam() + ".so"), options);
  for (const Block& block : blocks_of(page)) {
    if (block.has("input")) driver.feed(topic_of(block), records_of(block));
  }
  ASSERT_TRUE(driver.settle()) << driver.result().status.message();
  for (const Block& block : blocks_of(page)) {
    if (!block.has("output")) continue;
    std::vector<testing::Record> expected = records_of(block);
    std::vector<testing::Record> actual;
    for (testing::Record& record : driver.output(topic_of(block))) {
      testing::Record& kept = actual.emplace_back(std::move(record.value), std::nullopt);
      if (!block.has("framed")) continue;
      kept.key = std::move(record.key);
      kept.headers = std::move(record.headers);
    }
    if (block.has("unordered")) {
      EXPECT_THAT(actual, UnorderedElementsAreArray(expected)) << topic_of(block);
    } else {
      EXPECT_THAT(actual, ElementsAreArray(expected)) << topic_of(block);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Pages, StepPageTest, ::testing::ValuesIn([] {
                           std::istringstream names(STEP_PAGES);
                           return Lines(std::istream_iterator<std::string>(names), {});
                         }()),
                         [](const auto& test) { return test.param; });

TEST(StepPagesTest, EveryPageIsInTheIndexAndIsCompiled) {
  const auto folder = std::filesystem::path(STREAMS_SOURCE_DIR) / "docs" / "steps";
  const std::string index = read_text(folder / "README.md");
  const std::string compiled = std::string(" ") + STEP_PAGES + " " + COMPILED_PAGES + " ";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().stem().string();
    if (name == "README") continue;
    EXPECT_NE(index.find("(" + name + ".md)"), std::string::npos) << name;
    EXPECT_NE(compiled.find(" " + name + " "), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace streams::tests
