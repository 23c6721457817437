#include "golden/example_run.hpp"

#include <signal.h>

#include <chrono>

#include <streams/objects/object_sink.hpp>
#ifdef STREAMS_HAS_PARQUET
#include <streams/parquet/serializer.hpp>
#endif

#include "support/await.hpp"
#include "support/module_pipeline.hpp"
#include "support/runner.hpp"

namespace streams::tests {
namespace {

using namespace std::chrono_literals;

/// A run may compile its pipeline first; nothing here judges speed.
constexpr auto kPatience = 150s;

std::vector<runtime::Connector> connectors() {
  std::vector<runtime::Connector> all = objects::connectors();
#ifdef STREAMS_HAS_PARQUET
  all.push_back(parquet::connector());
#endif
  return all;
}

}  // namespace

Deployment ExampleRun::deployment(const Example& example) const {
  Deployment deployment(example.name);
  if (example.fit) example.fit(deployment, folder_.path());
  return deployment;
}

std::vector<Lines> ExampleRun::on_driver(const Example& example) {
  testing::Driver driver(pipeline_of_module(example.module()),
                         {.config = deployment(example).text(), .connectors = connectors()});
  const Lines input = example.input_lines();
  driver.feed(example.source_topic, {input.begin(), input.end()});
  EXPECT_TRUE(await(
      [&] {
        driver.advance(50ms);  // an object is written beside the driver, in time of its own
        return driver.committed(example.source_topic) == static_cast<std::int64_t>(input.size()) ||
               driver.ended();
      },
      kPatience));
  EXPECT_FALSE(driver.ended()) << driver.result().status.message();
  std::vector<Lines> outputs;
  for (const ExampleOutput& output : example.outputs) outputs.push_back(driver.values(output.topic));
  return outputs;
}

std::string ExampleRun::printed_by_embedded_broker(const Example& example, const std::string& topic) {
  Lines flags{"--embedded-kafka", "--seed",
              example.source_topic + "=" + (example.folder() / example.input).string(), "--until-idle"};
  if (!topic.empty()) flags.insert(flags.end(), {"--tail", topic});
  const std::string config = deployment(example).write(folder_.path() / "deployment.yaml");
  const auto runner = start_runner(folder_.path(), "runner", example.arguments(config, flags));
  EXPECT_EQ(runner->wait(kPatience), 0) << runner->err();
  return runner->out();
}

std::vector<Lines> ExampleRun::on_kafka(const Example& example) {
  const std::string source_topic = unique_name(example.source_topic);
  const std::string group = unique_name("group");
  kafka().create_topic(source_topic);
  Deployment fitted = deployment(example);
  fitted.set_brokers(broker().bootstrap());
  fitted.set_adapter("kafka", "lock_dir", (folder_.path() / "locks").string());
  fitted.set_step(example.source, "topic", source_topic);
  fitted.set_step(example.source, "consumer_group", group);
  fitted.set_step(example.source, "auto_offset_reset", "earliest");
  Lines topics;
  for (const ExampleOutput& output : example.outputs) {
    topics.push_back(unique_name(output.topic));
    kafka().create_topic(topics.back());
    if (output.step == example.source) {
      fitted.set_dead_letters(output.step, topics.back());
    } else {
      fitted.set_step(output.step, "topic", topics.back());
    }
  }
  std::vector<KafkaRecord> records;
  for (const std::string& line : example.input_lines()) {
    KafkaRecord record;
    record.value = line;
    records.push_back(record);
  }
  kafka().produce(source_topic, records);

  const std::string config = fitted.write(folder_.path() / "deployment.yaml");
  const auto runner =
      start_runner(folder_.path(), "runner", example.arguments(config, {"--segment-id", "0"}));
  const std::map<std::int32_t, std::int64_t> all{{0, static_cast<std::int64_t>(records.size())}};
  EXPECT_TRUE(await(
      [&] { return kafka().committed_offsets(group, source_topic) == all || !runner->running(); }, kPatience))
      << runner->err();
  runner->signal(SIGTERM);
  EXPECT_EQ(runner->wait(30s), 0) << runner->err();
  EXPECT_EQ(kafka().committed_offsets(group, source_topic), all) << runner->err();

  std::vector<Lines> outputs;
  for (const std::string& topic : topics) {
    Lines& values = outputs.emplace_back();
    for (const KafkaRecord& record : kafka().consume_all(topic))
      values.push_back(record.value.value_or("null"));
  }
  return outputs;
}

}  // namespace streams::tests
