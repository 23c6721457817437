#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/runtime/repartition_record.hpp>
#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/key_by.hpp>
#include <streams/step/map.hpp>
#include <streams/testing/driver.hpp>

// Records that cross a topic between two steps.

namespace streams::runtime {
namespace {

using namespace std::chrono_literals;
using streams::testing::Driver;
using streams::testing::DriverOptions;
using streams::testing::Record;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(RepartitionRecordTest, ComesBackAsItWasWritten) {
  Output output;
  write_repartition_record({"orders", 3, 1234567890123}, Bytes::copy_of("payload"), output);
  const Bytes value = output.take();
  const auto record = read_repartition_record(value);
  ASSERT_TRUE(record && record->data);
  EXPECT_EQ(record->origin, (Origin{"orders", 3, 1234567890123}));
  EXPECT_EQ(record->payload, "payload");
}

TEST(RepartitionRecordTest, KeepsNullAndEmptyApart) {
  Output output;
  write_repartition_record({"t", 0, 0}, Bytes(), output);
  EXPECT_TRUE(read_repartition_record(output.take())->payload.is_null());
  write_repartition_record({"t", 0, 0}, Bytes::literal(""), output);
  const Bytes value = output.take();
  EXPECT_FALSE(read_repartition_record(value)->payload.is_null());
}

TEST(RepartitionRecordTest, KnowsWhatItCannotRead) {
  EXPECT_FALSE(read_repartition_record(Bytes::literal("")));
  EXPECT_FALSE(read_repartition_record(Bytes::literal("{\"some\":\"json\"}")));
  Output output;
  write_repartition_record({"orders", 3, 7}, Bytes::literal("x"), output);
  const std::string whole = output.take().str();
  EXPECT_FALSE(read_repartition_record(Bytes::copy_of(whole.substr(0, 12))));
  std::string control = whole;
  control[1] = 9;
  const auto skipped = read_repartition_record(Bytes::copy_of(control));
  ASSERT_TRUE(skipped);
  EXPECT_FALSE(skipped->data);
}

std::string key_of(const std::string& text) {
  return text.substr(0, 1);
}

std::string marked(const std::string& text) {
  if (text.find("bad") != std::string::npos) throw std::runtime_error("it is bad");
  return text + "!";
}

Pipeline keyed() {
  return streaming_source("in", "input", {.dlq_stream_name = "dead"})
      .apply(Map("text", [](const Bytes& bytes) { return bytes.str(); }))
      .apply(KeyBy("by_letter", key_of))
      .apply(Map("mark", marked))
      .apply(Map("bytes", [](const std::string& text) { return Bytes::copy_of(text); }))
      .sink(StreamSink("out", "output"));
}

std::string cut(int entries) {
  std::string yaml = "pipeline:\n  name: p\n  segments:\n    - steps_config:\n        in: {}\n";
  if (entries > 1) yaml += "    - steps_config:\n        mark: {}\n";
  if (entries > 2) yaml += "    - steps_config:\n        bytes: {}\n        out: {}\n";
  return yaml;
}

class CutTest : public ::testing::TestWithParam<std::pair<int, bool>> {
 protected:
  DriverOptions options(std::int32_t partitions = 3) const {
    return {.config = cut(GetParam().first), .partitions = partitions, .separate_segments = GetParam().second};
  }
};

std::vector<Record> letters() {
  std::vector<Record> records;
  for (int i = 0; i < 60; ++i) {
    Record record(std::string(1, static_cast<char>('a' + i % 7)) + std::to_string(i));
    record.partition = i % 3;
    record.headers = {{"n", std::to_string(i)}};
    record.timestamp = 1000 + i;
    records.push_back(record);
  }
  return records;
}

TEST_P(CutTest, GivesTheSameRecordsWhereverTheGraphIsCut) {
  Driver driver(keyed(), options());
  driver.feed("input", letters());
  ASSERT_TRUE(driver.settle());
  std::vector<Record> out = driver.output("output");
  ASSERT_EQ(out.size(), 60U);
  std::sort(out.begin(), out.end(), [](const Record& a, const Record& b) { return a.timestamp < b.timestamp; });
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Record fed = letters()[i];
    EXPECT_EQ(*out[i].value, *fed.value + "!");
    EXPECT_EQ(out[i].key, fed.value->substr(0, 1));
    EXPECT_EQ(out[i].headers, fed.headers);
    EXPECT_EQ(out[i].timestamp, fed.timestamp);
  }
}

TEST_P(CutTest, HandlesAllRecordsOfAKeyInOnePartition) {
  Driver driver(keyed(), options());
  driver.feed("input", letters());
  ASSERT_TRUE(driver.settle());
  std::map<std::string, std::int32_t> partition_of;
  for (const Record& record : driver.output("p.mark.by_letter")) {
    const auto [known, is_new] = partition_of.emplace(*record.key, record.partition);
    EXPECT_EQ(known->second, record.partition);
  }
  EXPECT_EQ(partition_of.size(), 7U);
}

TEST_P(CutTest, LosesNothingWhenEveryProcessDies) {
  Driver driver(keyed(), options());
  driver.feed("input", letters());
  for (int i = 0; i < 5; ++i) {
    driver.advance(std::chrono::milliseconds(137 * i));
    driver.crash();
    driver.start();
  }
  ASSERT_TRUE(driver.settle());
  std::set<std::string> values;
  for (const std::string& value : driver.values("output")) values.insert(value);
  EXPECT_EQ(values.size(), 60U);
}

TEST_P(CutTest, ADeadLetterBehindTheTopicNamesTheFirstOrigin) {
  Driver driver(keyed(), options(1));
  driver.feed("input", {"a1", {"a-bad", {}, {{"h", "1"}}, 77}, "a3"});
  ASSERT_TRUE(driver.settle());
  EXPECT_THAT(driver.values("output"), ElementsAre("a1!", "a3!"));
  const auto dead = driver.output("dead");
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].value, "a-bad");
  EXPECT_EQ(dead[0].key, "a");
  std::map<std::string, std::string> headers(dead[0].headers.begin(), dead[0].headers.end());
  EXPECT_EQ(headers["h"], "1");
  EXPECT_EQ(headers["streams.dlq.topic"], "input");
  EXPECT_EQ(headers["streams.dlq.offset"], "1");
  EXPECT_EQ(headers["streams.dlq.step"], "mark");
  EXPECT_EQ(headers["streams.dlq.input"], "p.mark.by_letter");
  EXPECT_EQ(headers["streams.dlq.input.partition"], "0");
  EXPECT_EQ(headers["streams.dlq.input.offset"], "1");
  EXPECT_EQ(headers["streams.dlq.segment"], GetParam().first > 1 ? "1" : "0");
}

INSTANTIATE_TEST_SUITE_P(Cuts, CutTest,
                         ::testing::Values(std::pair(1, false), std::pair(2, false), std::pair(2, true),
                                           std::pair(3, false), std::pair(3, true)));

TEST(KeyByTest, NeedsNoTopicWhereTheRecordsStandByKeyAlready) {
  auto pipeline = [] {
    return streaming_source("in", "input")
        .apply(Map("text", [](const Bytes& bytes) { return bytes.str(); }))
        .apply(KeyBy("by", key_of, {.pre_partitioned = true}))
        .apply(Map("bytes", [](const std::string& text) { return Bytes::copy_of(text); }))
        .sink(StreamSink("out", "output"));
  };
  Driver driver(pipeline());
  driver.feed("input", {"a1"});
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.output("output")[0].key, "a");
  EXPECT_THAT(driver.output("driver.bytes.by"), IsEmpty());
}

TEST(KeyByTest, NeedsNoTopicBeforeASink) {
  Driver driver(streaming_source("in", "input")
                    .apply(KeyBy("by", [](const Bytes& bytes) { return static_cast<int>(bytes.size()); }))
                    .sink(StreamSink("out", "output")));
  driver.feed("input", {"abc"});
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.output("output")[0].key, "3");
}

TEST(InternalTopicTest, SaysWhatStandsInItThatDoesNotBelongThere) {
  Driver driver(keyed(), {.config = cut(2)});
  driver.feed("p.mark.by_letter", {"garbage"});
  driver.advance(10s);
  ASSERT_TRUE(driver.ended());
  const RunResult result = driver.result();
  ASSERT_EQ(result.record_errors.size(), 1U);
  EXPECT_THAT(result.record_errors[0].message, HasSubstr("something else writes to the topic"));
  EXPECT_EQ(result.record_errors[0].topic, "p.mark.by_letter");
}

}  // namespace
}  // namespace streams::runtime
