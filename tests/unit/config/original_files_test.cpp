#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <streams/runtime/config.hpp>

#include <filesystem>
#include <string>

#include "unit/config/case_file.hpp"
#include "unit/config/fake_environment.hpp"

// The shapes of the deployment files that Sentry Streams ships, by name.
namespace {

using namespace streams::runtime;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kFolder = std::string(STREAMS_SOURCE_DIR) + "/tests/unit/config/original_files/";

DeploymentConfig load(const std::string& name) {
  FakeEnvironment environment;
  environment.variables["MAX_POLL_INTERVAL_MS"] = "30000";
  return parse_config(read_text(kFolder + name + ".yaml"), name + ".yaml", environment.get());
}

TEST(OriginalFilesTest, AllTenLoad) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    EXPECT_NO_THROW({
      const auto config = load(entry.path().stem().string());
      EXPECT_FALSE(config.pipeline.segments.empty()) << entry.path();
    }) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 10);
}

TEST(OriginalFilesTest, SimpleMapFilter) {
  const auto config = load("simple_map_filter");
  EXPECT_TRUE(config.pipeline.adapters.write_healthcheck);
  ASSERT_EQ(config.pipeline.segments.size(), 1U);
  const StepConfig* source = config.find_step("myinput");
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(source->starts_segment, true);
  EXPECT_THAT(source->bootstrap_servers, ElementsAre("127.0.0.1:9092"));
  EXPECT_NE(config.find_step("mysink"), nullptr);
  EXPECT_TRUE(config.warnings.empty());
}

TEST(OriginalFilesTest, EnvvarsTakesTheVariableAndFailsByItsName) {
  const auto config = load("envvars");
  const Params& params = config.find_step("myinput")->override_params;
  ASSERT_EQ(params.size(), 1U);
  EXPECT_EQ(params[0].name, "max.poll.interval.ms");
  EXPECT_EQ(params[0].value, "30000");
  try {
    parse_config(read_text(kFolder + "envvars.yaml"), "envvars.yaml", FakeEnvironment{}.get());
    FAIL() << "no fault";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("MAX_POLL_INTERVAL_MS is not set"));
  }
}

TEST(OriginalFilesTest, SimpleBatching) {
  const StepConfig step = *load("simple_batching").find_step("mybatch");
  EXPECT_EQ(step.batch_size, 2U);
  EXPECT_EQ(step.batch_timedelta, 20s);
}

TEST(OriginalFilesTest, ParallelProcessingMeansThreadsAndSaysWhatHasNoMeaning) {
  const auto config = load("parallel_processing");
  EXPECT_EQ(config.metrics.type, MetricsType::kLog);
  EXPECT_EQ(config.metrics.period, 5s);
  EXPECT_EQ(config.find_step("myinput")->threads, 1U);
  EXPECT_EQ(config.find_step("parser")->threads, 4U);
  EXPECT_TRUE(config.find_step("parser")->multi_process);
  EXPECT_FALSE(config.find_step("mysink")->threads.has_value());
  EXPECT_THAT(
      config.warnings,
      ElementsAre(
          "parallel_processing.yaml:19:15: 'parallelism.multi_process.batch_size' of step 'parser', "
          "'parallelism.multi_process.batch_time' of step 'parser' have no meaning here: threads share "
          "memory, and the engine chooses the size of its batches"));
}

TEST(OriginalFilesTest, DevnullBenchmark) {
  const auto config = load("devnull_benchmark");
  EXPECT_EQ(config.find_step("benchmark_source")->auto_offset_reset, OffsetReset::kLatest);
  EXPECT_EQ(config.find_step("devnull")->average_sleep_time, 5s);
  EXPECT_EQ(config.find_step("devnull")->max_sleep_time, 6s);
}

TEST(OriginalFilesTest, FlinkFilesHaveEntriesWithThreadsAndServersAsOneText) {
  const auto config = load("flink_transformer");
  ASSERT_EQ(config.pipeline.segments.size(), 2U);
  EXPECT_EQ(config.pipeline.segments[0].parallelism, 2U);
  EXPECT_EQ(config.pipeline.segments[1].parallelism, 3U);
  EXPECT_EQ(config.pipeline.segments[0].find_step("kafkasink2"), nullptr);
  EXPECT_THAT(config.find_step("kafkasink2")->bootstrap_servers, ElementsAre("kafka:9093"));
}

}  // namespace
