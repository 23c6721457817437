#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/dead_letter.hpp"
#include "support/pipeline_with_queue.hpp"

// Records that are refused at every stage that a record passes, on a real broker: each is in the queue as it came.

namespace streams::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Refusal = std::pair<std::string, std::string>;

class DeadLetterStagesTest : public PipelineWithQueueTest {
 protected:
  void SetUp() override {
    PipelineWithQueueTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    create_queue(1);
    strict_ = unique_name("strict");
    kafka().create_topic(strict_, 1, {{"cleanup.policy", "compact"}, {"max.message.bytes", "1000"}});
    deployment_->set_application(STREAMS_TEST_PIPELINES "/refusals.cpp");
    deployment_->set_step("mysink", "topic", strict_);
    deployment_->set_step("copies", "topic", out_);
    deployment_->set_step("copies", "bootstrap_servers", std::vector<std::string>{broker().bootstrap()});
  }

  static std::string reading(const std::string& number, const std::string& fault) {
    return R"({"number":)" + number + R"(,"fault":")" + fault + R"(","value":1})";
  }
  std::set<std::string> keys_of(const std::string& topic) {
    std::set<std::string> keys;
    for (const KafkaRecord& record : kafka().consume_all(topic)) keys.insert(record.key.value_or("none"));
    return keys;
  }

  std::string strict_;
};

TEST_F(DeadLetterStagesTest, WhereverARecordIsRefusedItIsInTheQueueAsItCame) {
  const std::string large(2'000, 'x');
  const std::vector<std::pair<std::string, std::string>> records = {
      {"good", reading("0", "")},         {"text", "not json"},
      {"type", reading(R"("one")", "")},  {"filter", reading("3", "filter")},
      {"map", reading("4", "map")},       {"serializer", reading("5", "serializer")},
      {"large", reading("6", large)},     {"none", reading("7", "")},
      {"branch", reading("8", "branch")}, {"last", reading("9", "")},
  };
  std::vector<KafkaRecord> all;
  for (const auto& [key, value] : records)
    all.push_back({.key = key == "none" ? std::nullopt : std::optional(key),
                   .value = value,
                   .headers = {{"about", key}, {"null", std::nullopt}, {"empty", ""}},
                   .timestamp_ms = 1'700'000'000'000 + static_cast<std::int64_t>(all.size()),
                   .partition = 0});
  kafka().produce(in_, all);
  ASSERT_NO_FATAL_FAILURE(write_deployment());
  ASSERT_NO_FATAL_FAILURE(run_pipeline());

  std::map<std::string, Refusal> refusals;
  for (const KafkaRecord& dead : kafka().consume_all(dead_)) {
    const KafkaRecord original = refused_record(dead);
    const auto offset = static_cast<std::size_t>(original.offset);
    ASSERT_LT(offset, all.size());
    EXPECT_EQ(content_of(original), content_of(all[offset])) << records[offset].first;
    const bool is_first = refusals
                              .emplace(records[offset].first, Refusal(dead_letter_fact(dead, "step"),
                                                                      dead_letter_fact(dead, "error")))
                              .second;
    EXPECT_TRUE(is_first) << records[offset].first << " is there twice";
  }
  EXPECT_THAT(
      refusals,
      UnorderedElementsAre(
          Pair("text", Refusal("parser", "parse")), Pair("type", Refusal("parser", "parse")),
          Pair("filter", Refusal("filter", "function")), Pair("map", Refusal("map", "function")),
          Pair("serializer", Refusal("serializer", "serialize")), Pair("large", Refusal("mysink", "produce")),
          Pair("none", Refusal("mysink", "produce")), Pair("branch", Refusal("branch", "function"))));
  // A branch that does not refuse a record goes on with it.
  EXPECT_THAT(keys_of(strict_), ElementsAre("branch", "good", "last"));
  EXPECT_THAT(keys_of(out_), ElementsAre("filter", "good", "large", "last", "map", "none", "serializer"));
}

}  // namespace
}  // namespace streams::tests
