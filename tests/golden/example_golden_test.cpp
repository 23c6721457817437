#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <streams/testing/driver.hpp>

#include "support/await.hpp"
#include "support/deployment.hpp"
#include "support/kafka_test.hpp"
#include "support/runner.hpp"
#include "support/test_folder.hpp"

streams::Pipeline simple_map_filter();

namespace streams::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAreArray;

using Lines = std::vector<std::string>;

/// A run compiles its pipeline when it is the first one; nothing here judges speed.
constexpr auto kPatience = 150s;

struct Example {
  std::string name;
  std::string source;
  std::string source_topic;
  std::vector<std::pair<std::string, std::string>> sinks;  ///< step and topic; expected.jsonl is the first's
  std::string module{};  ///< what runs in place of the source file, where that alone does not make a pipeline

  std::filesystem::path folder() const {
    return std::filesystem::path(STREAMS_SOURCE_DIR) / "examples" / name;
  }
  std::filesystem::path input() const { return folder() / "input.jsonl"; }
  Lines expected() const { return lines_of(read_text(folder() / "expected.jsonl")); }
};

void PrintTo(const Example& example, std::ostream* out) {
  *out << example.name;
}

std::vector<Example> examples() {
  return {
      {"simple_map_filter", "myinput", "ingest-metrics", {{"mysink", "transformed-events"}}},
      {"protobuf_map",
       "myinput",
       "orders",
       {{"mysink", "receipts"}, {"mybinarysink", "receipts-binary"}},
       PROTOBUF_MAP_MODULE},
      {"devnull_benchmark", "benchmark_source", "ingest-metrics", {}},
  };
}

/// The arguments that every run of an example has, then these.
Lines arguments(const Example& example, const std::string& config, Lines further) {
  Lines all{"--config", config};
  if (!example.module.empty()) all.push_back(example.module);
  all.insert(all.end(), further.begin(), further.end());
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

class ExampleGoldenTest : public KafkaTest, public ::testing::WithParamInterface<Example> {
 protected:
  void SetUp() override {}  // only one of the ways needs a broker

  TestFolder folder_;
  Deployment deployment_{GetParam().name};

  std::string config() const { return deployment_.write(folder_.path() / "deployment.yaml"); }
};

/// Standard output is one topic: for the examples that write to one at most.
class ExampleOnStandardOutputTest : public ExampleGoldenTest {};

TEST_P(ExampleOnStandardOutputTest, LocalAdapterWritesTheExpectedLines) {
  const Example& example = GetParam();
  const auto runner =
      start_runner(folder_.path(), "runner", arguments(example, config(), {"-a", "local"}), example.input());
  ASSERT_EQ(runner->wait(kPatience), 0) << runner->err();
  EXPECT_THAT(lines_of(runner->out()), ElementsAreArray(example.expected())) << runner->err();
}

TEST_P(ExampleGoldenTest, LocalAdapterWritesTheExpectedRecordsToFiles) {
  const Example& example = GetParam();
  const auto topics = folder_.path() / "topics";
  std::filesystem::create_directories(topics);
  {
    std::ofstream in(topics / (example.source_topic + ".jsonl"));
    for (const auto& line : lines_of(read_text(example.input())))
      in << "{\"value\":" << quoted(line) << "}\n";
  }
  deployment_.set_adapter("local", "directory", topics.string());
  deployment_.set_adapter("local", "format", "framed");
  const auto runner = start_runner(folder_.path(), "runner", arguments(example, config(), {"-a", "local"}));
  ASSERT_EQ(runner->wait(kPatience), 0) << runner->err();
  if (example.sinks.empty()) return;
  Lines expected;
  for (const auto& line : example.expected()) {
    expected.push_back("{\"value\":" + quoted(line) + "}");
  }
  EXPECT_THAT(lines_of(read_text(topics / (example.sinks[0].second + ".jsonl"))), ElementsAreArray(expected))
      << runner->err();
  for (const auto& sink : example.sinks) {
    EXPECT_EQ(lines_of(read_text(topics / (sink.second + ".jsonl"))).size(), expected.size());
  }
}

TEST_P(ExampleGoldenTest, EmbeddedBrokerHoldsTheExpectedLines) {
  const Example& example = GetParam();
  Lines flags{"--embedded-kafka", "--seed", example.source_topic + "=" + example.input().string(),
              "--until-idle"};
  if (!example.sinks.empty()) flags.insert(flags.end(), {"--tail", example.sinks[0].second});
  const auto runner = start_runner(folder_.path(), "runner", arguments(example, config(), flags));
  ASSERT_EQ(runner->wait(kPatience), 0) << runner->err();
  EXPECT_THAT(lines_of(runner->out()), ElementsAreArray(example.expected())) << runner->err();
}

TEST_P(ExampleGoldenTest, KafkaHoldsTheExpectedLines) {
  KafkaTest::SetUp();
  if (IsSkipped() || HasFatalFailure()) return;
  const Example& example = GetParam();
  const std::string source_topic = unique_name(example.source_topic);
  const std::string group = unique_name("group");
  kafka().create_topic(source_topic);
  deployment_.set_brokers(broker().bootstrap());
  deployment_.set_adapter("kafka", "lock_dir", (folder_.path() / "locks").string());
  deployment_.set_step(example.source, "topic", source_topic);
  deployment_.set_step(example.source, "consumer_group", group);
  deployment_.set_step(example.source, "auto_offset_reset", "earliest");
  Lines sink_topics;
  for (const auto& [step, topic] : example.sinks) {
    sink_topics.push_back(unique_name(topic));
    kafka().create_topic(sink_topics.back());
    deployment_.set_step(step, "topic", sink_topics.back());
  }
  std::vector<KafkaRecord> records;
  for (const std::string& line : lines_of(read_text(example.input()))) {
    KafkaRecord record;
    record.value = line;
    records.push_back(record);
  }
  kafka().produce(source_topic, records);

  const auto runner =
      start_runner(folder_.path(), "runner", arguments(example, config(), {"--segment-id", "0"}));
  const std::map<std::int32_t, std::int64_t> all{{0, static_cast<std::int64_t>(records.size())}};
  ASSERT_TRUE(await(
      [&] { return kafka().committed_offsets(group, source_topic) == all || !runner->running(); }, kPatience))
      << runner->err();
  runner->signal(SIGTERM);
  ASSERT_EQ(runner->wait(30s), 0) << runner->err();
  EXPECT_EQ(kafka().committed_offsets(group, source_topic), all) << runner->err();

  for (std::size_t i = 0; i < sink_topics.size(); ++i) {
    Lines values;
    for (const KafkaRecord& record : kafka().consume_all(sink_topics[i])) {
      values.push_back(record.value.value_or("null"));
    }
    if (i == 0) {
      EXPECT_THAT(values, ElementsAreArray(example.expected())) << runner->err();
    }
    EXPECT_EQ(values.size(), example.expected().size()) << sink_topics[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Examples, ExampleGoldenTest, ::testing::ValuesIn(examples()),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(Examples, ExampleOnStandardOutputTest, ::testing::ValuesIn([] {
                           std::vector<Example> simple = examples();
                           std::erase_if(simple, [](const Example& one) { return one.sinks.size() > 1; });
                           return simple;
                         }()),
                         [](const auto& test) { return test.param.name; });

TEST(ExampleInMemoryTest, DriverOutputsTheExpectedLines) {
  const Example example = examples().front();
  testing::Driver driver(simple_map_filter());
  std::vector<testing::Record> records;
  for (const std::string& line : lines_of(read_text(example.input()))) records.emplace_back(line);
  driver.feed("ingest-metrics", records);
  driver.run();
  EXPECT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("transformed-events"), ElementsAreArray(example.expected()));
}

}  // namespace
}  // namespace streams::tests
