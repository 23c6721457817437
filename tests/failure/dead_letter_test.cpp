#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/await.hpp"
#include "support/deployment.hpp"
#include "support/kafka_test.hpp"
#include "support/runner.hpp"
#include "support/test_folder.hpp"

// Records that simple_map_filter cannot parse, on a real broker: each becomes a dead letter, and nothing else happens.

namespace streams::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr int kPartitions = 2;
/// For what happens within a second or two on a machine that has nothing else to do.
constexpr auto kPatience = 60s;
/// librdkafka believes in a topic for as long (topic.metadata.propagation.max.ms) after it is gone, and half as long
/// again on a slow machine.
constexpr auto kDeletedTopicPatience = 90s;

const std::vector<std::string> kBad = {
    "not json",
    R"({"org_id":1})",
    R"({"org_id":"text","project_id":1,"name":"n","type":"c","value":1,"tags":{},"timestamp":1,"retention_days":1})",
    "\xff\xfe{",
    "",
};

std::string good(int number) {
  return R"({"org_id":1,"project_id":)" + std::to_string(number) +
         R"(,"name":"n","type":"c","value":1,"tags":{},"timestamp":1,"retention_days":1})";
}

/// Record `number` of a partition: one of twenty is bad, and the kinds take turns.
KafkaRecord mixed(int partition, int number) {
  const bool bad = number % 20 == 7;
  return {.key = "key-" + std::to_string(number),
          .value = bad ? kBad[static_cast<std::size_t>(number / 20) % kBad.size()] : good(number),
          .headers = {{"number", std::to_string(number)}, {"null", std::nullopt}, {"streams", ""}},
          .timestamp_ms = 1'700'000'000'000 + number,
          .partition = partition};
}

std::optional<std::string> header(const KafkaRecord& record, const std::string& name) {
  for (const auto& [key, value] : record.headers)
    if (key == name) return value;
  throw std::runtime_error("a dead letter without " + name);
}

/// The same without what the queue adds.
KafkaRecord original_of(KafkaRecord dead) {
  dead.partition = std::stoi(header(dead, "streams.dlq.partition").value());
  dead.offset = std::stoll(header(dead, "streams.dlq.offset").value());
  std::erase_if(dead.headers, [](const auto& h) { return h.first.starts_with("streams.dlq."); });
  return dead;
}

auto as_tuple(const KafkaRecord& record) {
  return std::tuple(record.partition, record.offset, record.key, record.value, record.headers,
                    record.timestamp_ms);
}
using Records = std::multiset<decltype(as_tuple(KafkaRecord{}))>;

class DeadLetterTest : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    in_ = unique_name("in");
    out_ = unique_name("out");
    dead_ = unique_name("dead");
    group_ = unique_name("group");
    kafka().create_topic(in_, kPartitions, {{"retention.ms", "-1"}});
    kafka().create_topic(out_);
    deployment_.emplace("simple_map_filter");
    deployment_->set_brokers(broker().bootstrap());
    deployment_->set_adapter("kafka", "lock_dir", (folder_.path() / "locks").string());
    deployment_->set_step("myinput", "topic", in_);
    deployment_->set_step("myinput", "consumer_group", group_);
    deployment_->set_step("myinput", "auto_offset_reset", "earliest");
    deployment_->set_step("mysink", "topic", out_);
    set_queue({});
  }

  void create_queue() { kafka().create_topic(dead_, 1, {{"retention.ms", "-1"}}); }
  /// Keys of `dlq` beside its topic.
  void set_queue(const std::map<std::string, std::string>& keys) {
    std::map<std::string, std::string> all = keys;
    all.emplace("topic", dead_);
    deployment_->set_step("myinput", "dlq", all);
  }
  std::unique_ptr<Child> start() {
    config_ = deployment_->write(folder_.path() / "deployment.yaml");
    const auto validate = start_runner(folder_.path(), "validate", {"validate", "--config", config_});
    if (validate->wait(180s) != 0) throw std::runtime_error(validate->err());
    return start_runner(folder_.path(), "runner" + std::to_string(started_++),
                        {"--config", config_, "--segment-id", "0"});
  }

  void produce_mixed(int first, int count) {
    std::vector<KafkaRecord> records;
    for (int number = first; number < first + count; ++number)
      for (int partition = 0; partition < kPartitions; ++partition)
        records.push_back(mixed(partition, number));
    kafka().produce(in_, records);
  }
  bool await_all_committed() {
    const auto ends = kafka().end_offsets(in_);
    return await([&] { return kafka().committed_offsets(group_, in_) == ends; }, kPatience);
  }
  std::int64_t outputs() { return kafka().end_offsets(out_).at(0); }

  /// Every good record came out and every bad one is a dead letter as it came, at least once; with `exactly`, once.
  void expect_whole(KafkaClient& queue, bool exactly) {
    Records bad;
    std::multiset<std::string> good_keys;
    for (const KafkaRecord& record : kafka().consume_all(in_)) {
      if (record.value && record.value->starts_with(R"({"org_id":1,"project_id")"))
        good_keys.insert(std::to_string(record.partition) + *record.key);
      else
        bad.insert(as_tuple(record));
    }
    Records dead;
    for (const KafkaRecord& record : queue.consume_all(dead_)) dead.insert(as_tuple(original_of(record)));
    EXPECT_GT(bad.size(), 0U);
    EXPECT_EQ(std::set(dead.begin(), dead.end()), std::set(bad.begin(), bad.end()));
    const auto out = kafka().consume_all(out_);
    std::set<std::string> out_keys;
    for (const KafkaRecord& record : out) out_keys.insert(record.key.value());
    std::set<std::string> expected_keys;
    for (const std::string& key : good_keys) expected_keys.insert(key.substr(1));
    EXPECT_EQ(out_keys, expected_keys);
    EXPECT_GE(out.size(), good_keys.size());
    if (!exactly) return;
    EXPECT_EQ(dead.size(), bad.size());
    EXPECT_EQ(out.size(), good_keys.size());
  }
  static void stop(Child& runner) {
    runner.signal(SIGTERM);
    ASSERT_EQ(runner.wait(30s), 0) << runner.err();
  }

  TestFolder folder_;
  std::optional<Deployment> deployment_;
  std::string in_;
  std::string out_;
  std::string dead_;
  std::string group_;
  std::string config_;
  int started_ = 0;
};

TEST_F(DeadLetterTest, EachBadRecordIsInTheQueueAsItCameAndTheOthersGoOn) {
  create_queue();
  produce_mixed(0, 2'000);
  const auto runner = start();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
  expect_whole(kafka(), true);
  const KafkaRecord dead = kafka().consume_all(dead_).front();
  EXPECT_EQ(header(dead, "streams.dlq.pipeline"), "simple_map_filter");
  EXPECT_EQ(header(dead, "streams.dlq.step"), "parser");
  EXPECT_EQ(header(dead, "streams.dlq.error"), "parse");
  EXPECT_EQ(header(dead, "streams.dlq.topic"), in_);
  EXPECT_EQ(header(dead, "streams.dlq.attempt"), "1");
}

TEST_F(DeadLetterTest, AKillInTheMiddleLosesNeitherGoodNorBadRecords) {
  create_queue();
  produce_mixed(0, 20'000);
  auto runner = start();
  ASSERT_TRUE(await([&] { return outputs() > 2'000; }, kPatience)) << runner->err();
  runner->signal(SIGKILL);
  ASSERT_EQ(runner->wait(10s), 128 + SIGKILL);
  runner = start();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
  expect_whole(kafka(), false);
}

TEST_F(DeadLetterTest, AQueueThatDoesNotExistIsNamedAtTheStart) {
  const auto runner = start();
  EXPECT_EQ(runner->wait(10s), 6) << runner->err();
  EXPECT_THAT(runner->err(), HasSubstr(dead_));
  EXPECT_THAT(runner->err(), HasSubstr("myinput.dlq"));
}

TEST_F(DeadLetterTest, AQueueThatIsDeletedEndsTheRunAndTheRestartSkipsNothing) {
  create_queue();
  auto runner = start();
  ASSERT_TRUE(runner->await_err("assigned ", kPatience)) << runner->err();
  kafka().delete_topic(dead_);
  produce_mixed(0, 200);
  EXPECT_EQ(runner->wait(kDeletedTopicPatience), 6) << runner->err();
  EXPECT_THAT(runner->err(), HasSubstr("topic '" + dead_ + "' is not there any more"));
  create_queue();
  runner = start();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
  expect_whole(kafka(), false);
}

TEST_F(DeadLetterTest, ALimitEndsTheRunAndTheRestartSkipsNothing) {
  create_queue();
  set_queue({{"max_consecutive_count", "3"}});
  std::vector<KafkaRecord> records;
  for (int number = 0; number < 10; ++number) {
    records.push_back(mixed(0, 7));
    records.back().offset = number;
  }
  kafka().produce(in_, records);
  auto runner = start();
  EXPECT_EQ(runner->wait(30s), 5) << runner->err();
  EXPECT_THAT(runner->err(), HasSubstr("more than 3 records in a row would be dead letters"));
  EXPECT_EQ(kafka().end_offsets(dead_).at(0), 3);
  EXPECT_EQ(kafka().committed_offsets(group_, in_).at(0), 3);
  set_queue({});
  runner = start();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
  EXPECT_EQ(kafka().end_offsets(dead_).at(0), 10);
}

class DeadLetterOutageTest : public DeadLetterTest {
 protected:
  void SetUp() override {
    need(KafkaBroker::missing());
    if (!IsSkipped() && !HasFatalFailure()) DeadLetterTest::SetUp();
  }
};

TEST_F(DeadLetterOutageTest, AQueueWhoseBrokerIsDownHoldsThePipelineAndLosesNothing) {
  KafkaBroker graves;
  graves.client().create_topic(dead_, 1, {{"retention.ms", "-1"}});
  set_queue({{"bootstrap_servers", graves.bootstrap()}});
  const auto runner = start();
  ASSERT_TRUE(runner->await_err("assigned ", kPatience)) << runner->err();
  graves.stop();
  produce_mixed(0, 1'000);
  EXPECT_EQ(runner->wait(5s), std::nullopt) << "an outage ended the process\n" << runner->err();
  // The first bad record is number 7: nothing behind it may be committed.
  for (const auto& [partition, offset] : kafka().committed_offsets(group_, in_)) EXPECT_LE(offset, 7);
  graves.start();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
  expect_whole(graves.client(), true);
}

}  // namespace
}  // namespace streams::tests
