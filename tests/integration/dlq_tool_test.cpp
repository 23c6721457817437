#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/await.hpp"
#include "support/dead_letter.hpp"
#include "support/pipeline_with_queue.hpp"

// `streams-runner dlq` on a real broker: what it prints, and that each record goes back to its source once.

namespace streams::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kTime = 1'700'000'000'000;

/// How often each value is in the topic for whoever reads committed records.
std::map<std::string, int> committed_values(KafkaClient& kafka, const std::string& topic) {
  std::map<std::string, int> counts;
  for (const KafkaRecord& record : kafka.consume_all(topic, "read_committed"))
    ++counts[record.value.value_or("")];
  return counts;
}

class DlqToolTest : public PipelineWithQueueTest {
 protected:
  void create_queue() { PipelineWithQueueTest::create_queue(kPartitions); }

  /// A dead letter as the engine writes it: `number` names it.
  KafkaRecord dead_letter(int number, const std::map<std::string, std::string>& other = {}) const {
    std::map<std::string, std::string> facts{{"pipeline", "simple_map_filter"},
                                             {"segment", "0"},
                                             {"step", "parser"},
                                             {"error", "parse"},
                                             {"message", "byte " + std::to_string(number) + " is no number"},
                                             {"topic", in_},
                                             {"partition", "0"},
                                             {"offset", std::to_string(number)},
                                             {"timestamp", std::to_string(kTime + number)},
                                             {"attempt", "1"},
                                             {"time", std::to_string(kTime + 60'000 + number)}};
    for (const auto& [name, value] : other) facts[name] = value;
    KafkaRecord record{.key = "key-" + std::to_string(number),
                       .value = "value-" + std::to_string(number),
                       .timestamp_ms = kTime + number,
                       .partition = number % kPartitions};
    add_dead_letter_facts(record, facts);
    return record;
  }
  void bury(int count) {
    std::vector<KafkaRecord> records;
    for (int number = 0; number < count; ++number) records.push_back(dead_letter(number));
    kafka().produce(dead_, records);
  }

  std::int64_t written() {
    std::int64_t sum = 0;
    for (const auto& [partition, end] : kafka().end_offsets(in_)) sum += end;
    return sum;
  }
  void expect_each_once(int count) {
    const auto values = committed_values(kafka(), in_);
    EXPECT_EQ(values.size(), static_cast<std::size_t>(count));
    for (const auto& [value, times] : values) EXPECT_EQ(times, 1) << value;
  }
};

TEST_F(DlqToolTest, WhatAPipelineRefusedIsListedShownAndGoesBackAsItCame) {
  create_queue();
  ASSERT_NO_FATAL_FAILURE(write_deployment());
  std::vector<KafkaRecord> bad;
  for (int number = 0; number < 20; ++number) {
    const bool has_key = number % 4 != 0;
    bad.push_back(
        {.key = has_key ? std::optional("key-" + std::to_string(number)) : std::nullopt,
         .value = number % 2 == 0 ? "not json " + std::to_string(number) : R"({"org_id":1})",
         .headers = {{"trace", "t" + std::to_string(number)}, {"null", std::nullopt}, {"empty", ""}},
         .timestamp_ms = kTime + number,
         .partition = has_key ? -1 : number % 3 % 2});
  }
  kafka().produce(in_, bad);
  const auto placed = [](const KafkaRecord& record) {
    return std::pair(record.partition, content_of(record));
  };
  std::multiset<decltype(placed(KafkaRecord{}))> before;
  for (KafkaRecord record : kafka().consume_all(in_)) {
    add_redrive_facts(record, "simple_map_filter", 1);
    before.insert(placed(record));
  }
  ASSERT_NO_FATAL_FAILURE(run_pipeline());

  const Ended list = dlq({"list", "--json"});
  ASSERT_EQ(list.code, 0) << list.err;
  EXPECT_EQ(lines_of(list.out).size(), 2U) << list.out;
  EXPECT_THAT(list.out, HasSubstr(R"("step":"parser","error":"parse","message":)"));
  EXPECT_THAT(list.out, HasSubstr(R"("count":10,"redriven":0,)"));
  EXPECT_THAT(dlq({"list"}).out, HasSubstr("20 dead letters, 0 of them redriven\n"));

  const Ended show = dlq({"show", "--json"});
  EXPECT_EQ(lines_of(show.out).size(), 20U);
  EXPECT_THAT(show.out, HasSubstr(R"("origin":{"topic":")" + in_ + "\""));
  EXPECT_THAT(show.out, Not(HasSubstr("not json")));
  EXPECT_THAT(dlq({"show", "--payload", "--limit", "20"}).out, HasSubstr("value       \"not json 2\"\n"));

  const auto ends = kafka().end_offsets(in_);
  const Ended redrive = dlq({"redrive"});
  ASSERT_EQ(redrive.code, 0) << redrive.err;
  EXPECT_THAT(redrive.out, HasSubstr("redriven 20 records of " + dead_ + " to " + in_ + "\n"));
  std::multiset<decltype(placed(KafkaRecord{}))> after;
  for (const KafkaRecord& record : kafka().consume_all(in_, "read_committed")) {
    if (record.offset >= ends.at(record.partition)) after.insert(placed(record));
  }
  EXPECT_EQ(after, before);
  EXPECT_THAT(dlq({"list"}).out, HasSubstr("20 dead letters, 20 of them redriven\n"));

  const Ended again = dlq({"redrive"});
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.out,
              AllOf(HasSubstr("redriven 0 records"), HasSubstr("left 20 records: redriven before\n")));
  EXPECT_EQ(kafka().consume_all(in_, "read_committed").size(), 40U);

  // The fault is not mended: they come back with one more attempt, and the guard leaves them.
  ASSERT_NO_FATAL_FAILURE(run_pipeline());
  const Ended guarded = dlq({"redrive", "--max-attempts", "2"});
  EXPECT_THAT(guarded.out,
              AllOf(HasSubstr("redriven 0 records"), HasSubstr("left 20 records: refused 2 times")));
  EXPECT_THAT(dlq({"redrive"}).out, HasSubstr("redriven 20 records"));
}

TEST_F(DlqToolTest, KilledAtAnyMomentItGoesOnAndWritesEachRecordOnce) {
  constexpr int kCount = 20'000;
  create_queue();
  bury(kCount);
  ASSERT_NO_FATAL_FAILURE(write_deployment());
  for (int round = 1; round <= 4; ++round) {
    const std::int64_t before = written();
    const auto redrive = start_dlq({"redrive"});
    // No two rounds in the same place of a batch.
    ASSERT_TRUE(await([&] { return written() > before + 700 * round; }, kPatience)) << redrive->err();
    ASSERT_TRUE(redrive->running()) << redrive->out() << redrive->err();
    redrive->signal(SIGKILL);
    ASSERT_EQ(redrive->wait(10s), 128 + SIGKILL);
  }
  const Ended last = dlq({"redrive", "--json"});
  ASSERT_EQ(last.code, 0) << last.err;
  EXPECT_THAT(last.out, HasSubstr(R"("complete":true)"));
  EXPECT_THAT(last.out, Not(HasSubstr(R"("redriven_before":0,)"))) << "no kill came behind a commit";
  expect_each_once(kCount);
  EXPECT_THAT(dlq({"redrive"}).out, HasSubstr("redriven 0 records"));
}

TEST_F(DlqToolTest, AnInterruptEndsItBehindAWholeBatchAndItGoesOnLater) {
  create_queue();
  bury(300);
  ASSERT_NO_FATAL_FAILURE(write_deployment());
  const auto slow = start_dlq({"redrive", "--rate", "20/s"});
  ASSERT_TRUE(await([&] { return !committed_values(kafka(), in_).empty(); }, kPatience)) << slow->err();
  slow->signal(SIGINT);
  const Ended stopped = end_of(*slow);
  EXPECT_EQ(stopped.code, 0) << stopped.err;
  EXPECT_THAT(stopped.out, AllOf(HasSubstr("stopped at "), HasSubstr("run the same command again to go on")));
  EXPECT_LT(committed_values(kafka(), in_).size(), 300U);
  EXPECT_EQ(dlq({"redrive"}).code, 0);
  expect_each_once(300);
}

TEST_F(DlqToolTest, OfTwoAtOnceTheFirstEndsAndSaysWhy) {
  create_queue();
  bury(300);
  ASSERT_NO_FATAL_FAILURE(write_deployment());
  const auto first = start_dlq({"redrive", "--rate", "20/s"});
  ASSERT_TRUE(await([&] { return !committed_values(kafka(), in_).empty(); }, kPatience)) << first->err();
  const Ended second = dlq({"redrive"});
  EXPECT_EQ(second.code, 0) << second.err;
  const Ended fenced = end_of(*first);
  EXPECT_EQ(fenced.code, 6) << fenced.out;
  EXPECT_THAT(fenced.err, HasSubstr("another redrive of '" + dead_ + "' for pipeline simple_map_filter"));
  expect_each_once(300);
}

TEST_F(DlqToolTest, ADryRunWritesNothingAndMakesNoLedger) {
  create_queue();
  bury(10);
  ASSERT_NO_FATAL_FAILURE(write_deployment());
  const Ended dry = dlq({"redrive", "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("dry run: 10 records of " + dead_ + " would be written to " + in_));
  EXPECT_EQ(written(), 0);
  EXPECT_FALSE(kafka().topic_exists(dead_ + ".redriven"));
}

TEST_F(DlqToolTest, FiltersChooseWhatGoesBack) {
  create_queue();
  std::vector<KafkaRecord> records;
  for (int number = 0; number < 10; ++number) records.push_back(dead_letter(number));
  records.push_back(dead_letter(10, {{"step", "transform"}, {"error", "function"}}));
  records.push_back(dead_letter(11, {{"topic", "elsewhere"}}));
  records.push_back(dead_letter(12, {{"attempt", "3"}}));
  kafka().produce(dead_, records);
  ASSERT_NO_FATAL_FAILURE(write_deployment());

  EXPECT_THAT(dlq({"redrive", "--step", "transform"}).out, HasSubstr("redriven 1 record "));
  EXPECT_THAT(dlq({"redrive", "--message", "byte 3 "}).out, HasSubstr("redriven 1 record "));
  EXPECT_THAT(dlq({"redrive", "--partition", "0", "--offset", "0..1"}).out, HasSubstr("redriven 2 records "));
  EXPECT_THAT(
      dlq({"redrive", "--since", "2023-11-14T22:14:20.008Z", "--until", "2023-11-14T22:14:20.009Z"}).out,
      HasSubstr("redriven 1 record "));
  EXPECT_THAT(dlq({"redrive", "--since", "1h"}).out, HasSubstr("redriven 0 records "));
  EXPECT_EQ(committed_values(kafka(), in_),
            (std::map<std::string, int>{
                {"value-10", 1}, {"value-3", 1}, {"value-0", 1}, {"value-2", 1}, {"value-8", 1}}));
  const Ended rest = dlq({"redrive"});
  EXPECT_THAT(rest.out, AllOf(HasSubstr("redriven 6 records "), HasSubstr("left 5 records: redriven before"),
                              HasSubstr("left 1 record: they came from topic elsewhere"),
                              HasSubstr("left 1 record: refused 3 times or more")));
}

TEST_F(DlqToolTest, ALedgerThatWouldForgetIsRefused) {
  create_queue();
  bury(1);
  kafka().create_topic(dead_ + ".redriven", 1, {{"cleanup.policy", "delete"}});
  ASSERT_NO_FATAL_FAILURE(write_deployment());
  const Ended refused = dlq({"redrive"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("cleanup.policy=compact"));
  EXPECT_EQ(written(), 0);
}

TEST_F(DlqToolTest, AQueueThatDoesNotExistIsNamed) {
  ASSERT_NO_FATAL_FAILURE(write_deployment());
  for (const char* what : {"list", "show", "redrive"}) {
    const Ended missing = dlq({what});
    EXPECT_EQ(missing.code, 6) << what;
    EXPECT_THAT(missing.err, HasSubstr("topic '" + dead_ + "' does not exist")) << what;
  }
  EXPECT_FALSE(kafka().topic_exists(dead_ + ".redriven"));
}

TEST_F(DlqToolTest, AnotherAddressOfTheSameClusterIsNoOtherCluster) {
  create_queue();
  bury(3);
  const std::string bootstrap = broker().bootstrap();
  const std::string other = "localhost" + bootstrap.substr(bootstrap.rfind(':'));
  deployment_->set_step("myinput", "dlq",
                        std::map<std::string, std::string>{{"topic", dead_}, {"bootstrap_servers", other}});
  ASSERT_NO_FATAL_FAILURE(write_deployment());
  const Ended redrive = dlq({"redrive"});
  EXPECT_EQ(redrive.code, 0) << redrive.err;
  expect_each_once(3);
}

class DlqToolTwoClustersTest : public DlqToolTest {
 protected:
  void SetUp() override {
    need(KafkaBroker::missing());
    if (!IsSkipped() && !HasFatalFailure()) DlqToolTest::SetUp();
  }
};

TEST_F(DlqToolTwoClustersTest, TwoClustersAreRefusedUnlessARepeatedBatchIsFine) {
  KafkaBroker graves;
  graves.client().create_topic(dead_, kPartitions);
  std::vector<KafkaRecord> records;
  for (int number = 0; number < 50; ++number) records.push_back(dead_letter(number));
  graves.client().produce(dead_, records);
  deployment_->set_step(
      "myinput", "dlq",
      std::map<std::string, std::string>{{"topic", dead_}, {"bootstrap_servers", graves.bootstrap()}});
  ASSERT_NO_FATAL_FAILURE(write_deployment());

  const Ended refused = dlq({"redrive"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr(broker().bootstrap()), HasSubstr(graves.bootstrap()),
                                 HasSubstr("no transaction covers both"), HasSubstr("--at-least-once")));
  EXPECT_EQ(written(), 0);
  EXPECT_FALSE(graves.client().topic_exists(dead_ + ".redriven"));

  const Ended redrive = dlq({"redrive", "--at-least-once"});
  EXPECT_EQ(redrive.code, 0) << redrive.err;
  expect_each_once(50);
  EXPECT_THAT(dlq({"redrive", "--at-least-once"}).out, HasSubstr("redriven 0 records"));
  expect_each_once(50);
}

}  // namespace
}  // namespace streams::tests
