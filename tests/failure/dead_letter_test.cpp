#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "support/await.hpp"
#include "support/dead_letter.hpp"
#include "support/pipeline_with_queue.hpp"

// Records that simple_map_filter cannot parse, on a real broker: each becomes a dead letter, and nothing else happens.

namespace streams::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Lt;
using ::testing::Not;
using ::testing::SizeIs;

/// librdkafka believes in a topic for as long (topic.metadata.propagation.max.ms) after it is gone, and half as long
/// again on a slow machine.
constexpr auto kDeletedTopicPatience = 90s;

/// The number of the first bad record of a partition, and its offset.
constexpr int kFirstBad = 7;

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
  const bool bad = number % 20 == kFirstBad;
  return {.key = std::to_string(partition) + "/" + std::to_string(number),
          .value = bad ? kBad[static_cast<std::size_t>(number / 20) % kBad.size()] : good(number),
          .headers = {{"number", std::to_string(number)}, {"null", std::nullopt}, {"streams", ""}},
          .timestamp_ms = 1'700'000'000'000 + number,
          .partition = partition};
}

bool is_good(const KafkaRecord& record) {
  return record.value->starts_with(R"({"org_id":1,"project_id")");
}

/// What the pipeline leaves of a record as it is.
auto unchanged_part(const KafkaRecord& record) {
  return std::tuple(record.key, record.headers, record.timestamp_ms);
}

using DeadLetterSet = std::multiset<decltype(place_and_content_of(KafkaRecord{}))>;
using OutputSet = std::multiset<decltype(unchanged_part(KafkaRecord{}))>;
template <class Multiset>
auto without_repeats(const Multiset& all) {
  return std::set<typename Multiset::value_type>(all.begin(), all.end());
}

class DeadLetterTest : public PipelineWithQueueTest {
 protected:
  void create_queue() { PipelineWithQueueTest::create_queue(1); }
  std::unique_ptr<Child> run() {
    write_deployment();
    return start_pipeline();
  }

  void produce_mixed(int first, int count) {
    std::vector<KafkaRecord> records;
    for (int number = first; number < first + count; ++number)
      for (int partition = 0; partition < kPartitions; ++partition)
        records.push_back(mixed(partition, number));
    kafka().produce(in_, records);
  }
  std::int64_t outputs() { return kafka().end_offsets(out_).at(0); }

  DeadLetterSet dead_letters(KafkaClient& queue) {
    DeadLetterSet dead;
    if (!queue.topic_exists(dead_)) return dead;
    for (const KafkaRecord& record : queue.consume_all(dead_))
      dead.insert(place_and_content_of(refused_record(record)));
    return dead;
  }
  OutputSet output_set() {
    OutputSet out;
    for (const KafkaRecord& record : kafka().consume_all(out_)) out.insert(unchanged_part(record));
    return out;
  }

  /// Every good record came out and every bad one is a dead letter as it came, at least once; with `exactly`, once.
  void expect_whole(KafkaClient& queue, bool exactly) {
    DeadLetterSet bad;
    OutputSet good;
    for (const KafkaRecord& record : kafka().consume_all(in_)) {
      if (is_good(record))
        good.insert(unchanged_part(record));
      else
        bad.insert(place_and_content_of(record));
    }
    EXPECT_FALSE(bad.empty());
    EXPECT_FALSE(good.empty());
    const DeadLetterSet dead = dead_letters(queue);
    const OutputSet out = output_set();
    EXPECT_TRUE(without_repeats(dead) == without_repeats(bad)) << dead.size() << " of " << bad.size();
    EXPECT_TRUE(without_repeats(out) == without_repeats(good)) << out.size() << " of " << good.size();
    if (!exactly) return;
    EXPECT_EQ(dead.size(), bad.size());
    EXPECT_EQ(out.size(), good.size());
  }
  /// For a pipeline that does not run: what lies below the committed offsets is in the output or in the queue.
  void expect_nothing_skipped(KafkaClient& queue) {
    const auto committed = kafka().committed_offsets(group_, in_);
    ASSERT_EQ(committed.size(), static_cast<std::size_t>(kPartitions));
    const DeadLetterSet dead = dead_letters(queue);
    const OutputSet out = output_set();
    for (const KafkaRecord& record : kafka().consume_all(in_)) {
      if (record.offset >= committed.at(record.partition)) continue;
      EXPECT_TRUE(is_good(record) ? out.contains(unchanged_part(record))
                                  : dead.contains(place_and_content_of(record)))
          << record.partition << "/" << record.offset << " was skipped";
    }
  }
  /// The end of the run that is to come before every record is done.
  void expect_work_left() {
    const auto committed = kafka().committed_offsets(group_, in_);
    const auto ends = kafka().end_offsets(in_);
    EXPECT_NE(committed, ends) << "there was nothing left to skip";
  }
};

TEST_F(DeadLetterTest, EachBadRecordIsInTheQueueAsItCameAndTheOthersGoOn) {
  create_queue();
  produce_mixed(0, 2'000);
  const auto runner = run();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
  expect_whole(kafka(), true);
  // 200 refusals are a line or two, without what was in the records.
  EXPECT_THAT(runner->err(), HasSubstr("put a record into the dead letter queue"));
  EXPECT_THAT(lines_of(runner->err()), SizeIs(Lt(20)));
  EXPECT_THAT(runner->err(), Not(HasSubstr("not json")));
  EXPECT_THAT(runner->err(), Not(HasSubstr("org_id\":")));
  for (const KafkaRecord& dead : kafka().consume_all(dead_)) {
    EXPECT_EQ(dead_letter_fact(dead, "pipeline"), "simple_map_filter");
    EXPECT_EQ(dead_letter_fact(dead, "segment"), "0");
    EXPECT_EQ(dead_letter_fact(dead, "step"), "parser");
    EXPECT_EQ(dead_letter_fact(dead, "error"), "parse");
    EXPECT_NE(dead_letter_fact(dead, "message"), "");
    EXPECT_EQ(dead_letter_fact(dead, "topic"), in_);
    EXPECT_EQ(dead_letter_fact(dead, "timestamp"), std::to_string(dead.timestamp_ms));
    EXPECT_EQ(dead_letter_fact(dead, "attempt"), "1");
    EXPECT_GT(std::stoll(dead_letter_fact(dead, "time")), dead.timestamp_ms);
  }
}

TEST_F(DeadLetterTest, AKillInTheMiddleLosesNeitherGoodNorBadRecords) {
  create_queue();
  produce_mixed(0, 50'000);
  auto runner = run();
  ASSERT_TRUE(await([&] { return outputs() > 2'000; }, kPatience)) << runner->err();
  runner->signal(SIGKILL);
  ASSERT_EQ(runner->wait(10s), 128 + SIGKILL);
  expect_work_left();
  expect_nothing_skipped(kafka());
  runner = run();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
  expect_whole(kafka(), false);
}

TEST_F(DeadLetterTest, AQueueThatDoesNotExistIsNamedAtTheStart) {
  const auto runner = run();
  EXPECT_EQ(runner->wait(10s), 6) << runner->err();
  EXPECT_THAT(runner->err(), HasSubstr(dead_));
  EXPECT_THAT(runner->err(), HasSubstr("myinput.dlq"));
}

TEST_F(DeadLetterTest, AQueueThatIsDeletedEndsTheRunAndTheRestartSkipsNothing) {
  create_queue();
  auto runner = run();
  ASSERT_TRUE(runner->await_err("assigned ", kPatience)) << runner->err();
  kafka().delete_topic(dead_);
  produce_mixed(0, 200);
  EXPECT_EQ(runner->wait(kDeletedTopicPatience), 6) << runner->err();
  EXPECT_THAT(runner->err(), HasSubstr("topic '" + dead_ + "' is not there any more"));
  expect_work_left();
  expect_nothing_skipped(kafka());
  create_queue();
  runner = run();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
  expect_whole(kafka(), false);
}

class DeadLetterLimitTest : public DeadLetterTest {
 protected:
  /// In both partitions: `good` records, then `bad` ones, then `good` again.
  void produce_in_a_row(int good, int bad) {
    std::vector<KafkaRecord> records;
    for (int partition = 0; partition < kPartitions; ++partition)
      for (int i = 0; i < good + bad + good; ++i) {
        const bool is_bad = i >= good && i < good + bad;
        records.push_back(mixed(partition, 20 * i + (is_bad ? kFirstBad : 0)));
      }
    kafka().produce(in_, records);
  }
  void expect_the_run_ends(const std::string& reason) {
    const auto runner = run();
    EXPECT_EQ(runner->wait(30s), 5) << runner->err();
    EXPECT_THAT(runner->err(), HasSubstr(reason));
    expect_work_left();
    expect_nothing_skipped(kafka());
  }
  void expect_the_rest_without_limits() {
    set_queue({});
    const auto runner = run();
    ASSERT_TRUE(await_all_committed()) << runner->err();
    ASSERT_NO_FATAL_FAILURE(stop(*runner));
    expect_whole(kafka(), false);
  }
};

TEST_F(DeadLetterLimitTest, TooManyInARowEndTheRunAndARestartSkipsNothing) {
  create_queue();
  set_queue({{"max_consecutive_count", "3"}});
  produce_in_a_row(5, 10);
  expect_the_run_ends("more than 3 records in a row would be dead letters");
  const auto buried = [&] { return kafka().end_offsets(dead_).at(0); };
  EXPECT_GE(buried(), 3);
  EXPECT_LE(buried(), 3 * kPartitions);
  // Whoever starts it again is stopped again, not let through.
  expect_the_run_ends("more than 3 records in a row would be dead letters");
  EXPECT_LE(buried(), 2 * 3 * kPartitions);
  expect_the_rest_without_limits();
}

TEST_F(DeadLetterLimitTest, TooManyOfAWindowEndTheRunAndARestartSkipsNothing) {
  create_queue();
  set_queue({{"max_invalid_ratio", "0.04"}, {"ratio_window", "100"}});
  produce_mixed(0, 1'000);
  expect_the_run_ends("more than 0.04 of 100 records would be dead letters");
  EXPECT_EQ(kafka().end_offsets(dead_).at(0), 4);
  expect_the_rest_without_limits();
}

TEST_F(DeadLetterLimitTest, AShareThatTheLimitAllowsEndsNothing) {
  create_queue();
  set_queue({{"max_invalid_ratio", "0.2"}, {"ratio_window", "100"}, {"max_consecutive_count", "3"}});
  produce_mixed(0, 1'000);
  ASSERT_NO_FATAL_FAILURE(write_deployment());
  ASSERT_NO_FATAL_FAILURE(run_pipeline());
  expect_whole(kafka(), true);
}

class DeadLetterOutageTest : public DeadLetterTest {
 protected:
  void SetUp() override {
    need(KafkaBroker::missing());
    if (!IsSkipped() && !HasFatalFailure()) DeadLetterTest::SetUp();
  }
  void expect_no_bad_record_committed() {
    const auto committed = kafka().committed_offsets(group_, in_);
    EXPECT_EQ(committed.size(), static_cast<std::size_t>(kPartitions));
    for (const auto& [partition, offset] : committed) EXPECT_LE(offset, kFirstBad) << partition;
  }
};

TEST_F(DeadLetterOutageTest, AQueueWhoseBrokerIsDownHoldsThePipelineAndLosesNothing) {
  KafkaBroker graves;
  graves.client().create_topic(dead_, 1, {{"retention.ms", "-1"}});
  set_queue({{"bootstrap_servers", graves.bootstrap()}});
  const auto runner = run();
  ASSERT_TRUE(runner->await_err("assigned ", kPatience)) << runner->err();
  graves.stop();
  produce_mixed(0, 1'000);
  EXPECT_EQ(runner->wait(5s), std::nullopt) << "an outage ended the process\n" << runner->err();
  expect_no_bad_record_committed();
  graves.start();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
  expect_whole(graves.client(), true);
}

TEST_F(DeadLetterOutageTest, AStopWhileTheQueuesBrokerIsDownSkipsNothing) {
  KafkaBroker graves;
  graves.client().create_topic(dead_, 1, {{"retention.ms", "-1"}});
  set_queue({{"bootstrap_servers", graves.bootstrap()}});
  auto runner = run();
  ASSERT_TRUE(runner->await_err("assigned ", kPatience)) << runner->err();
  graves.stop();
  produce_mixed(0, 1'000);
  ASSERT_TRUE(await([&] { return outputs() > 0; }, kPatience)) << runner->err();
  runner->signal(SIGTERM);
  EXPECT_NE(runner->wait(30s), std::nullopt) << runner->err();
  expect_no_bad_record_committed();
  graves.start();
  runner = run();
  ASSERT_TRUE(await_all_committed()) << runner->err();
  ASSERT_NO_FATAL_FAILURE(stop(*runner));
  expect_whole(graves.client(), false);
}

}  // namespace
}  // namespace streams::tests
