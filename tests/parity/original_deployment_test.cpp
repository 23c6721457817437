#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/runner.hpp"
#include "support/test_folder.hpp"
#include "unit/objects/scripted_server.hpp"

// The original's deployment files, byte for byte, with the example that each belongs to.

namespace streams::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

using Lines = std::vector<std::string>;

constexpr auto kPatience = 60s;

std::filesystem::path cache() {
  const auto value = [](const char* name) {
    const char* text = std::getenv(name);
    return std::string(text == nullptr ? "" : text);
  };
  if (!value("STREAMS_DEPS").empty()) return value("STREAMS_DEPS");
  if (!value("XDG_CACHE_HOME").empty()) return value("XDG_CACHE_HOME") + "/streams";
  return value("HOME") + "/.cache/streams";
}

std::filesystem::path example_file(const std::string& path) {
  return std::filesystem::path(STREAMS_SOURCE_DIR) / "examples" / path;
}

struct Expected {
  std::string topic;
  std::string lines;  ///< a file below examples/
};

struct Original {
  std::string file;
  std::string module;
  std::string input;  ///< a file below examples/
  std::string topic = "ingest-metrics";
  std::vector<Expected> outputs{};
  /// What the plan must say.
  Lines plan{};

  friend void PrintTo(const Original& original, std::ostream* out) {
    *out << original.file << " " << original.module;
  }
};

std::vector<Original> originals() {
  const std::string out = "transformed-events";
  const std::vector<Expected> backlog{{out, "blq/expected.transformed-events.jsonl"},
                                      {out + "-2", "blq/expected.transformed-events-2.jsonl"},
                                      {out + "-3", "blq/expected.transformed-events-3.jsonl"}};
  std::vector<Original> all{
      {.file = "simple_map_filter",
       .module = "simple_map_filter",
       .input = "simple_map_filter/input.jsonl",
       .outputs = {{out, "simple_map_filter/expected.jsonl"}},
       .plan = {"brokers 127.0.0.1:9092"}},
      {.file = "envvars",
       .module = "simple_map_filter",
       .input = "simple_map_filter/input.jsonl",
       .outputs = {{out, "simple_map_filter/expected.jsonl"}}},
      {.file = "simple_batching",
       .module = "simple_batching",
       .input = "simple_batching/input.jsonl",
       .outputs = {{out, "simple_batching/expected.jsonl"}},
       .plan = {"batch_size=2", "batch_timedelta=20s"}},
      {.file = "simple_batching",
       .module = "batching",
       .input = "simple_batching/input.jsonl",
       .outputs = {{out, "simple_batching/expected.jsonl"}}},
      {.file = "parallel_processing",
       .module = "parallel_processing",
       .input = "parallel_processing/input.jsonl",
       .outputs = {{out, "parallel_processing/expected.jsonl"}},
       .plan = {"4 threads"}},
      {.file = "blq", .module = "blq", .input = "blq/input.jsonl", .outputs = backlog},
      {.file = "flink_blq",
       .module = "blq",
       .input = "blq/input.jsonl",
       .outputs = backlog,
       .plan = {"3 threads", "brokers kafka:9093"}},
      {.file = "transformer",
       .module = "transformer",
       .input = "simple_map_filter/input.jsonl",
       .outputs = {{out, "../tests/parity/transformer.jsonl"}}},
      {.file = "flink_transformer",
       .module = "transformer",
       .input = "simple_map_filter/input.jsonl",
       .outputs = {{out, "../tests/parity/transformer.jsonl"}},
       .plan = {"segment 0   2 workers", "segment 1   3 workers", "transformer.kafkasink2.serializer"}},
      {.file = "gcs_sink", .module = "gcs_sink", .input = "gcs_sink/input.jsonl"},
      {.file = "devnull_benchmark", .module = "devnull_benchmark", .input = "devnull_benchmark/input.jsonl"},
  };
#ifdef STREAMS_HAS_PARQUET
  all.push_back({.file = "simple_batching",
                 .module = "parquet_serializer",
                 .input = "parquet_serializer/input.jsonl",
                 .plan = {"ParquetSerializer"}});
#endif
  return all;
}

class OriginalDeploymentTest : public ::testing::TestWithParam<Original> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(originals_)) {
      GTEST_SKIP() << "the deployment files of Sentry Streams are not in " << originals_.string()
                   << ": ./dev deps test";
    }
    ::setenv("MAX_POLL_INTERVAL_MS", "300000", 1);
    ::setenv("STORAGE_EMULATOR_HOST", gcs_.address().c_str(), 1);
  }
  ~OriginalDeploymentTest() override { ::unsetenv("STORAGE_EMULATOR_HOST"); }

  Lines arguments(const std::string& file, const std::string& module, const Lines& further) const {
    Lines all = further;
    all.insert(all.end(),
               {"--config", (originals_ / (file + ".yaml")).string(), EXAMPLE_MODULES "/" + module + ".so"});
    return all;
  }

  const std::filesystem::path originals_ = cache() / "sentry-streams" / "deployment_config";
  objects::ScriptedServer gcs_;
  TestFolder folder_;
};

TEST_P(OriginalDeploymentTest, PlansWithItsExample) {
  const Original& original = GetParam();
  const auto runner =
      start_runner(folder_.path(), "runner", arguments(original.file, original.module, {"plan"}));
  ASSERT_EQ(runner->wait(kPatience), 0) << runner->err();
  for (const std::string& text : original.plan) EXPECT_THAT(runner->out(), HasSubstr(text));
}

TEST_P(OriginalDeploymentTest, RunsWithItsExample) {
  const Original& original = GetParam();
  Lines flags{"--embedded-kafka", "--until-idle", "--seed",
              original.topic + "=" + example_file(original.input).string()};
  for (const Expected& output : original.outputs) flags.insert(flags.end(), {"--tail", output.topic});
  const auto runner =
      start_runner(folder_.path(), "runner", arguments(original.file, original.module, flags));
  ASSERT_EQ(runner->wait(kPatience), 0) << runner->err();
  for (const Expected& output : original.outputs) {
    // Several topics share standard output, with their names before the values.
    const std::string prefix = original.outputs.size() == 1 ? "" : output.topic + ": ";
    Lines values;
    for (const std::string& line : lines_of(runner->out())) {
      if (line.starts_with(prefix)) values.push_back(line.substr(prefix.size()));
    }
    EXPECT_THAT(values, ElementsAreArray(lines_of(read_text(example_file(output.lines))))) << output.topic;
  }
  if (original.module == "gcs_sink") {
    Lines bodies;
    for (const auto& request : gcs_.seen()) bodies.push_back(request.body);
    EXPECT_THAT(bodies,
                UnorderedElementsAreArray(lines_of(read_text(example_file("gcs_sink/expected.jsonl")))));
  }
}

INSTANTIATE_TEST_SUITE_P(Files, OriginalDeploymentTest, ::testing::ValuesIn(originals()),
                         [](const auto& test) { return test.param.file + "_with_" + test.param.module; });

class OriginalFilesTest : public OriginalDeploymentTest {};

TEST_P(OriginalFilesTest, NamesTheVariableThatIsNotSet) {
  ::unsetenv("MAX_POLL_INTERVAL_MS");
  const auto runner =
      start_runner(folder_.path(), "runner", arguments("envvars", "simple_map_filter", {"validate"}));
  EXPECT_NE(runner->wait(kPatience), 0);
  EXPECT_THAT(runner->err(), AllOf(HasSubstr("envvars.yaml"), HasSubstr("MAX_POLL_INTERVAL_MS")));
}

TEST_P(OriginalFilesTest, AreAllTried) {
  Lines there;
  for (const auto& entry : std::filesystem::directory_iterator(originals_)) {
    if (entry.path().extension() == ".yaml") there.push_back(entry.path().stem().string());
  }
  Lines tried;
  for (const Original& original : originals()) tried.push_back(original.file);
  std::sort(tried.begin(), tried.end());
  tried.erase(std::unique(tried.begin(), tried.end()), tried.end());
  EXPECT_THAT(there, UnorderedElementsAreArray(tried));
}

INSTANTIATE_TEST_SUITE_P(Files, OriginalFilesTest, ::testing::Values(Original{}),
                         [](const auto&) { return std::string("all"); });

}  // namespace
}  // namespace streams::tests
