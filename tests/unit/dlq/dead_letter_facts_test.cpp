#include "dlq/dead_letter_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/runtime/dead_letter.hpp>

#include "fake_store.hpp"

namespace streams::runtime::dlq {
namespace {

TEST(DeadLetterFactsTest, ReadsWhatTheHeadersSay) {
  DeadLetterFacts written = sample_facts(42);
  written.attempt = 2;
  const std::optional<DeadLetterFacts> facts = read_facts(letter_of(written, "v").headers);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->pipeline, "metrics");
  EXPECT_EQ(facts->step, "parser");
  EXPECT_EQ(facts->error, "parse");
  EXPECT_EQ(facts->message, "byte 7 is no number");
  EXPECT_EQ(facts->topic, "in");
  EXPECT_EQ(facts->partition, 0);
  EXPECT_EQ(facts->offset, 42);
  EXPECT_EQ(facts->attempt, 2);
  EXPECT_EQ(facts->timestamp, written.timestamp);
  EXPECT_EQ(facts->time, written.time);
}

TEST(DeadLetterFactsTest, ReadsTheInternalTopicWhereThereIsOneAndItsPlaceWithIt) {
  DeadLetterFacts written = sample_facts(42);
  EXPECT_EQ(read_facts(letter_of(written, "v").headers)->input, "");
  written.input = "metrics.tax.by_user";
  written.input_partition = 3;
  written.input_offset = 17;
  Headers headers = letter_of(written, "v").headers;
  const std::optional<DeadLetterFacts> facts = read_facts(headers);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->input, "metrics.tax.by_user");
  EXPECT_EQ(facts->input_partition, 3);
  EXPECT_EQ(facts->input_offset, 17);
  headers.remove(dead_letter::kInputOffset);
  EXPECT_FALSE(read_facts(headers));
}

TEST(DeadLetterFactsTest, ARecordWithoutThemOrWithBrokenOnesIsForeign) {
  EXPECT_FALSE(read_facts({}));
  for (const std::string_view name : {dead_letter::kOffset, dead_letter::kTopic, dead_letter::kTime}) {
    Headers headers = letter_of(sample_facts(1), "v").headers;
    headers.set(std::string(name), Bytes::copy_of(""));
    EXPECT_FALSE(read_facts(headers)) << name;
    headers.remove(name);
    EXPECT_FALSE(read_facts(headers)) << name;
  }
  Headers headers = letter_of(sample_facts(1), "v").headers;
  headers.set(std::string(dead_letter::kOffset), Bytes::copy_of("12x"));
  EXPECT_FALSE(read_facts(headers));
}

TEST(DeadLetterFactsTest, TheSameSourceRecordHasTheSameIdentityWhereverItWasRefused) {
  DeadLetterFacts again = sample_facts(7);
  again.step = "other";
  again.time += std::chrono::hours(1);
  EXPECT_EQ(record_identity(sample_facts(7)), record_identity(again));
  EXPECT_NE(record_identity(sample_facts(7)), record_identity(sample_facts(8)));
  DeadLetterFacts of_new_topic = sample_facts(7);
  of_new_topic.timestamp += std::chrono::milliseconds(1);
  EXPECT_NE(record_identity(sample_facts(7)), record_identity(of_new_topic));
}

TEST(DeadLetterFactsTest, ErrorsThatDifferInNumbersAreOneGroup) {
  EXPECT_EQ(error_group("byte 7 of 120"), error_group("byte 4711 of 3"));
  EXPECT_EQ(error_group("byte 7 of 120\nsecond line"), "byte # of #");
  EXPECT_NE(error_group("byte 7"), error_group("line 7"));
}

}  // namespace
}  // namespace streams::runtime::dlq
