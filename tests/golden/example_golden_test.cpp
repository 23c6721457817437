#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden/example_run.hpp"
#include "golden/parquet_rows.hpp"
#include "support/runner.hpp"

namespace streams::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAreArray;

constexpr auto kPatience = 150s;

void archive_here(Deployment& deployment, const std::filesystem::path& folder) {
  deployment.set_step("archive", "location", "file://" + (folder / "archive").string());
  deployment.set_step("batch", "batch_timedelta", "100ms");
}

std::vector<Example> examples() {
  const std::string metrics = "ingest-metrics", events = "events", out = "transformed-events";
  std::vector<Example> all{
      {.name = "simple_map_filter",
       .source = "myinput",
       .source_topic = metrics,
       .outputs = {{"mysink", out, "expected.jsonl"}},
       .from_source = true},
      {.name = "simple_batching",
       .source = "myinput",
       .source_topic = metrics,
       .outputs = {{"mysink", out, "expected.jsonl"}}},
      {.name = "batching",
       .source = "myinput",
       .source_topic = metrics,
       .outputs = {{"mysink", out, "expected.jsonl"},
                   {"myinput", "ingest-metrics-dlq", "expected.ingest-metrics-dlq.jsonl"}}},
      {.name = "parallel_processing",
       .source = "myinput",
       .source_topic = metrics,
       .outputs = {{"mysink", out, "expected.jsonl"}}},
      {.name = "broadcast",
       .source = "myinput",
       .source_topic = events,
       .outputs = {{"hello_sink", out, "expected.transformed-events.txt"},
                   {"goodbye_sink", "transformed-events-2", "expected.transformed-events-2.txt"}}},
      {.name = "blq",
       .source = "ingest",
       .source_topic = metrics,
       .outputs = {{"kafkasink", out, "expected.transformed-events.jsonl"},
                   {"kafkasink2", "transformed-events-2", "expected.transformed-events-2.jsonl"},
                   {"kafkasink3", "transformed-events-3", "expected.transformed-events-3.jsonl"}}},
      {.name = "alerts",
       .source = "myinput",
       .source_topic = events,
       .outputs = {{"kafkasink", out, "expected.jsonl"}}},
      {.name = "word_counter",
       .source = "myinput",
       .source_topic = events,
       .outputs = {{"kafkasink", out, "expected.txt"}}},
      {.name = "protobuf_map",
       .source = "myinput",
       .source_topic = "orders",
       .outputs = {{"mysink", "receipts", "expected.jsonl"}, {"mybinarysink", "receipts-binary", ""}}},
      {.name = "devnull_benchmark",
       .source = "benchmark_source",
       .source_topic = metrics,
       .from_source = true},
  };
  if (kHasParquet) {
    all.push_back({.name = "access_logs",
                   .source = "logs",
                   .source_topic = "access-logs",
                   .outputs = {{"served_topic", "hits", "expected.hits.jsonl"},
                               {"failed_topic", "errors", "expected.errors.jsonl"},
                               {"logs", "access-logs-dlq", "expected.access-logs-dlq.log"}},
                   .input = "access.log",
                   .fit = archive_here});
  }
  return all;
}

std::string quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + '"';
}

class ExampleGoldenTest : public ExampleRun, public ::testing::WithParamInterface<Example> {
 protected:
  void expect_golden(const std::vector<Lines>& outputs) const {
    const Example& example = GetParam();
    ASSERT_EQ(outputs.size(), example.outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const ExampleOutput& output = example.outputs[i];
      if (output.expected.empty()) {
        EXPECT_EQ(outputs[i].size(), example.expected(output).size()) << output.topic;
      } else {
        EXPECT_THAT(outputs[i], ElementsAreArray(example.expected(output))) << output.topic;
      }
    }
    expect_archive();
  }

  /// What the example wrote as files, where it does.
  void expect_archive() const {
    const auto expected = GetParam().folder() / "expected.parquet.jsonl";
    if (!std::filesystem::exists(expected)) return;
    if (!can_read_parquet()) GTEST_SKIP() << "no Python with pyarrow: ./dev deps";
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path() / "archive")) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    EXPECT_THAT(parquet_rows(files, folder_.path() / "rows"),
                ElementsAreArray(lines_of(read_text(expected))));
  }
};

/// Standard output is one topic: for the examples that write to one at most.
class ExampleOnStandardOutputTest : public ExampleGoldenTest {};

TEST_P(ExampleGoldenTest, DriverHoldsTheExpectedLines) {
  expect_golden(on_driver(GetParam()));
}

TEST_P(ExampleOnStandardOutputTest, LocalAdapterWritesTheExpectedLines) {
  const Example& example = GetParam();
  const std::string config = deployment(example).write(folder_.path() / "deployment.yaml");
  const auto runner = start_runner(folder_.path(), "runner", example.arguments(config, {"-a", "local"}),
                                   example.folder() / example.input);
  ASSERT_EQ(runner->wait(kPatience), 0) << runner->err();
  std::vector<Lines> outputs;
  if (!example.outputs.empty()) outputs.push_back(lines_of(runner->out()));
  expect_golden(outputs);
}

TEST_P(ExampleGoldenTest, LocalAdapterWritesTheExpectedRecordsToFiles) {
  const Example& example = GetParam();
  const auto topics = folder_.path() / "topics";
  std::filesystem::create_directories(topics);
  {
    std::ofstream in(topics / (example.source_topic + ".jsonl"));
    for (const auto& line : example.input_lines()) in << "{\"value\":" << quoted(line) << "}\n";
  }
  Deployment fitted = deployment(example);
  fitted.set_adapter("local", "directory", topics.string());
  fitted.set_adapter("local", "format", "framed");
  const auto runner =
      start_runner(folder_.path(), "runner",
                   example.arguments(fitted.write(folder_.path() / "deployment.yaml"), {"-a", "local"}));
  ASSERT_EQ(runner->wait(kPatience), 0) << runner->err();
  for (const ExampleOutput& output : example.outputs) {
    const Lines written = lines_of(read_text(topics / (output.topic + ".jsonl")));
    const Lines expected = example.expected(output);
    ASSERT_EQ(written.size(), expected.size()) << output.topic;
    if (output.expected.empty()) continue;
    for (std::size_t i = 0; i < written.size(); ++i) {
      const std::string value = "\"value\":" + quoted(expected[i]) + "}";
      if (output.step == example.source) {  // a dead letter, which has headers before it
        EXPECT_TRUE(written[i].ends_with("," + value)) << written[i];
      } else {
        EXPECT_EQ(written[i], "{" + value);
      }
    }
  }
  expect_archive();
}

TEST_P(ExampleGoldenTest, EmbeddedBrokerHoldsTheExpectedLines) {
  const Example& example = GetParam();
  std::vector<Lines> outputs;
  for (const ExampleOutput& output : example.outputs) {
    if (output.expected.empty()) {
      outputs.push_back(example.expected(output));  // its values are no lines, so they cannot be counted here
    } else {
      outputs.push_back(lines_of(printed_by_embedded_broker(example, output.topic)));
    }
  }
  if (outputs.empty()) {
    EXPECT_EQ(printed_by_embedded_broker(example, {}), "");
  }
  expect_golden(outputs);
}

TEST_P(ExampleGoldenTest, KafkaHoldsTheExpectedLines) {
  if (!has_broker()) return;
  expect_golden(on_kafka(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Examples, ExampleGoldenTest, ::testing::ValuesIn(examples()),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(Examples, ExampleOnStandardOutputTest, ::testing::ValuesIn([] {
                           std::vector<Example> simple = examples();
                           std::erase_if(simple, [](const Example& one) { return one.outputs.size() > 1; });
                           return simple;
                         }()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace streams::tests
