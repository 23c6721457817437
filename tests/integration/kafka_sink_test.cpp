#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "kafka_worker.hpp"
#include "support/kafka_test.hpp"

namespace streams::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

WorkerSetup sink_setup(KafkaBroker& broker, std::vector<std::string> topics) {
  return {.bootstrap = broker.bootstrap(),
          .group = "",
          .source_topic = "",
          .sink_topics = std::move(topics),
          .lock_dir = ""};
}

/// Records that live until their reports, as the engine's do.
struct Outgoing {
  Envelope envelope;
  Bytes payload;
};

class KafkaSinkTest : public KafkaTest {
 protected:
  std::string new_topic(int partitions = 1, const std::map<std::string, std::string>& config = {}) {
    const auto name = unique_name("out");
    kafka().create_topic(name, partitions, config);
    return name;
  }
  static std::vector<std::string> values_of(const std::vector<KafkaRecord>& records) {
    std::vector<std::string> values;
    values.reserve(records.size());
    for (const auto& record : records) values.push_back(record.value.value_or("(null)"));
    return values;
  }
};

bool send_all(KafkaWorker& worker, std::vector<Outgoing>& records) {
  for (auto& record : records)
    while (!worker.send(0, record.envelope, record.payload, &record)) worker.turn();
  return worker.until([&] {
    return worker.delivered_tokens.size() + worker.refused_tokens.size() == records.size() || worker.failure;
  });
}

TEST_F(KafkaSinkTest, WritesKeyHeadersAndTimestampAsTheyAre) {
  const auto topic = new_topic();
  KafkaWorker worker(sink_setup(broker(), {topic}));
  worker.start();
  std::vector<Outgoing> records(3);
  records[0].envelope.key = Bytes::literal("k");
  records[0].envelope.headers =
      Headers{{"a", Bytes::literal("1")}, {"a", Bytes()}, {"b", Bytes::literal("")}};
  records[0].envelope.timestamp = Timestamp(std::chrono::milliseconds(1700000000123));
  records[0].payload = Bytes::literal("v");
  records[2].envelope.key = Bytes::literal("");
  records[2].payload = Bytes::literal("");
  ASSERT_TRUE(send_all(worker, records));
  EXPECT_THAT(worker.delivered_tokens, ElementsAre(&records[0], &records[1], &records[2]));

  const auto read = kafka().consume_at_least(topic, 3);
  ASSERT_THAT(read, SizeIs(3));
  EXPECT_EQ(read[0].key, "k");
  EXPECT_EQ(read[0].value, "v");
  EXPECT_THAT(read[0].headers,
              ElementsAre(std::pair<std::string, std::optional<std::string>>("a", "1"),
                          std::pair<std::string, std::optional<std::string>>("a", std::nullopt),
                          std::pair<std::string, std::optional<std::string>>("b", "")));
  EXPECT_EQ(read[0].timestamp_ms, 1700000000123);
  EXPECT_EQ(read[1].key, std::nullopt);
  EXPECT_EQ(read[1].value, std::nullopt);
  EXPECT_GT(read[1].timestamp_ms, 1700000000123) << "a record without a time gets the time of writing";
  EXPECT_EQ(read[2].key, "");
  EXPECT_EQ(read[2].value, "");
}

TEST_F(KafkaSinkTest, PassesARecordOnWithTheHeadersThatNobodyReadAndThoseThatWereChanged) {
  const auto in = new_topic();
  const auto out = new_topic();
  KafkaRecord record;
  record.key = "k";
  record.value = "v";
  record.headers = {{"h", "1"}, {"n", std::nullopt}};
  record.timestamp_ms = 1700000000123;
  record.partition = 0;
  kafka().produce(in, {record});
  LockFolder locks;
  auto with = sink_setup(broker(), {out});
  with.source_topic = in;
  with.group = unique_name("group");
  with.lock_dir = locks.path();
  KafkaWorker worker(with);
  worker.forward_times = 1;
  ASSERT_TRUE(worker.start().until([&] { return worker.delivered_tokens.size() == 1; }));
  const auto read = kafka().consume_at_least(out, 1);
  ASSERT_THAT(read, SizeIs(1));
  EXPECT_EQ(read[0].key, record.key);
  EXPECT_EQ(read[0].value, record.value);
  EXPECT_EQ(read[0].headers, record.headers);
  EXPECT_EQ(read[0].timestamp_ms, record.timestamp_ms);
}

TEST_F(KafkaSinkTest, ARecordThatIsWrittenTwiceHasItsHeadersBothTimes) {
  const auto in = new_topic();
  const auto out = new_topic();
  std::vector<KafkaRecord> records(3);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].value = std::to_string(i);
    records[i].partition = 0;
    records[i].headers = {{"h", "of " + std::to_string(i)}, {"n", std::nullopt}};
  }
  kafka().produce(in, records);
  LockFolder locks;
  auto with = sink_setup(broker(), {out});
  with.source_topic = in;
  with.group = unique_name("group");
  with.lock_dir = locks.path();
  KafkaWorker worker(with);
  worker.forward_times = 2;
  ASSERT_TRUE(worker.start().until([&] { return worker.delivered_tokens.size() == 6; }));
  const auto read = kafka().consume_at_least(out, 6);
  ASSERT_THAT(read, SizeIs(6));
  for (const auto& record : read)
    EXPECT_EQ(record.headers, records[std::stoul(*record.value)].headers) << *record.value;
}

TEST_F(KafkaSinkTest, ARecordThatIsTooLargeIsRefusedAndItsNeighboursArriveInOrder) {
  const auto topic = new_topic(1, {{"max.message.bytes", "10000"}});
  KafkaWorker worker(sink_setup(broker(), {topic}));
  worker.start();
  const std::string large(10001, 'x');
  const std::string full(2000, 'y');
  std::vector<Outgoing> records(21);
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string value = i == 10 ? large : std::to_string(i) + full;
    records[i].payload = Bytes::copy_of(value);
    if (i != 10) expected.push_back(value);
  }
  ASSERT_TRUE(send_all(worker, records));
  ASSERT_EQ(worker.failure, std::nullopt);
  ASSERT_THAT(worker.refused_tokens, SizeIs(1));
  EXPECT_EQ(worker.refused_tokens[0].first, &records[10]);
  EXPECT_THAT(worker.refused_tokens[0].second, HasSubstr("max.message.bytes"));
  EXPECT_THAT(worker.refused_tokens[0].second, Not(HasSubstr("xxx")));
  EXPECT_EQ(values_of(kafka().consume_at_least(topic, 20)), expected);
}

TEST_F(KafkaSinkTest, TheLargestRecordThatATopicTakesIsWritten) {
  const auto topic = new_topic(1, {{"max.message.bytes", "3000"}});
  KafkaWorker worker(sink_setup(broker(), {topic}));
  worker.start();
  std::vector<Outgoing> records(8);
  // Around the limit, byte by byte: what the sink lets through must be what the broker takes.
  for (std::size_t i = 0; i < records.size(); ++i)
    records[i].payload = Bytes::copy_of(std::string(2921 + i * 4, 'z'));
  ASSERT_TRUE(send_all(worker, records));
  ASSERT_EQ(worker.failure, std::nullopt) << worker.failure->message();
  EXPECT_GT(worker.delivered_tokens.size(), 0U);
  EXPECT_GT(worker.refused_tokens.size(), 0U);
  EXPECT_EQ(kafka().consume_at_least(topic, worker.delivered_tokens.size()).size(),
            worker.delivered_tokens.size());
}

TEST_F(KafkaSinkTest, ARecordWithoutAKeyIsRefusedByACompactedTopicAndItsNeighboursArrive) {
  const auto topic = new_topic(1, {{"cleanup.policy", "compact"}});
  KafkaWorker worker(sink_setup(broker(), {topic}));
  worker.start();
  std::vector<Outgoing> records(3);
  for (auto& record : records) record.payload = Bytes::literal("v");
  records[0].envelope.key = Bytes::literal("a");
  records[2].envelope.key = Bytes::literal("c");
  ASSERT_TRUE(send_all(worker, records));
  EXPECT_THAT(worker.delivered_tokens, ElementsAre(&records[0], &records[2]));
  ASSERT_THAT(worker.refused_tokens, SizeIs(1));
  EXPECT_THAT(worker.refused_tokens[0].second, HasSubstr("compacted"));
}

TEST_F(KafkaSinkTest, ARecordFromTheFutureIsRefusedWhereTheTopicTakesNone) {
  const auto topic = new_topic(1, {{"message.timestamp.after.max.ms", "60000"}});
  KafkaWorker worker(sink_setup(broker(), {topic}));
  worker.start();
  std::vector<Outgoing> records(2);
  for (auto& record : records) record.payload = Bytes::literal("v");
  records[0].envelope.timestamp =
      std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()) + 1h;
  ASSERT_TRUE(send_all(worker, records));
  EXPECT_THAT(worker.delivered_tokens, ElementsAre(&records[1]));
  ASSERT_THAT(worker.refused_tokens, SizeIs(1));
  EXPECT_THAT(worker.refused_tokens[0].second, HasSubstr("message.timestamp.after.max.ms"));
}

TEST_F(KafkaSinkTest, PutsKeysWhereJavaClientsPutThem) {
  const auto topic = new_topic(4);
  const auto reference = new_topic(4);
  KafkaWorker worker(sink_setup(broker(), {topic}));
  worker.start();
  std::vector<Outgoing> records(20);
  std::vector<KafkaRecord> same;
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].envelope.key = Bytes::copy_of("key" + std::to_string(i));
    records[i].payload = records[i].envelope.key;
    KafkaRecord record;
    record.key = record.value = "key" + std::to_string(i);
    same.push_back(record);
  }
  kafka().produce(reference, same);
  ASSERT_TRUE(send_all(worker, records));
  const auto places = [](const std::vector<KafkaRecord>& read) {
    std::map<std::string, std::int32_t> by_key;
    for (const auto& record : read) by_key[*record.key] = record.partition;
    return by_key;
  };
  EXPECT_EQ(places(kafka().consume_at_least(topic, 20)), places(kafka().consume_at_least(reference, 20)));
}

TEST_F(KafkaSinkTest, MissingTopicsAreNamedAllAtOnce) {
  const auto here = new_topic();
  auto with = sink_setup(broker(), {here, "no-such-output"});
  with.source_topic = "no-such-input";
  with.group = "g";
  KafkaWorker worker(with);
  const auto status = worker.prepare();
  const std::string text(status.message());
  EXPECT_THAT(text, HasSubstr("topic 'no-such-input' does not exist on " + broker().bootstrap() +
                              " (step 'mysource'); create it or set steps_config.mysource.topic"));
  EXPECT_THAT(text, HasSubstr("topic 'no-such-output' does not exist"));
  EXPECT_THAT(text, HasSubstr("mysink1"));
  EXPECT_FALSE(kafka().topic_exists("no-such-output"));
}

TEST_F(KafkaSinkTest, ABrokerThatDoesNotAnswerIsNamedWithinTenSeconds) {
  auto with = sink_setup(broker(), {"out"});
  with.bootstrap = "127.0.0.1:1";
  KafkaWorker worker(with);
  const auto start = std::chrono::steady_clock::now();
  const auto status = worker.prepare();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no broker answers at 127.0.0.1:1 (step 'mysink')"));
}

TEST_F(KafkaSinkTest, UnknownAndReservedPropertiesAreNamedWithTheirPlace) {
  auto with = sink_setup(broker(), {"out"});
  with.sink_params = {{"linger.mss", "5", false, {"d.yaml", 3, 7}},
                      {"group.id", "x", false, {}},
                      {"linger.ms", "a", false, {}}};
  KafkaWorker worker(with);
  const std::string text(worker.prepare().message());
  EXPECT_THAT(text, HasSubstr("d.yaml:3:7: steps_config.mysink.override_params"));
  EXPECT_THAT(text, HasSubstr("'linger.mss'"));
  EXPECT_THAT(text, HasSubstr("'group.id' cannot be set here"));
  EXPECT_THAT(text, HasSubstr("the value of 'linger.ms' is not valid"));
}

class KafkaOutageTest : public OwnKafkaTest {};

TEST_F(KafkaOutageTest, AnOutageHoldsRecordsAndWhatWasHeldArrivesOnceAndInOrder) {
  KafkaBroker broker;
  broker.client().create_topic("in");
  broker.client().create_topic("out");
  LockFolder locks;
  auto with = sink_setup(broker, {"out"});
  with.source_topic = "in";
  with.group = "g";
  with.lock_dir = locks.path();
  KafkaWorker worker(with);
  worker.start();
  std::vector<Outgoing> records(3000);
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].payload = Bytes::copy_of(std::to_string(i));
    expected.push_back(std::to_string(i));
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i == 1000) broker.stop();
    while (!worker.send(0, records[i].envelope, records[i].payload, &records[i])) worker.turn();
    if (i % 100 == 0) worker.turn();
  }
  worker.go_on_for(5s);
  EXPECT_LT(worker.delivered_tokens.size(), records.size());
  EXPECT_EQ(worker.failure, std::nullopt);
  broker.start();
  ASSERT_TRUE(worker.until([&] { return worker.delivered_tokens.size() == records.size(); }, 60s))
      << worker.log().text();
  EXPECT_THAT(worker.refused_tokens, IsEmpty());
  EXPECT_EQ(worker.log().count("cannot be reached"), 2) << worker.log().text();
  std::vector<std::string> values;
  for (const auto& record : broker.client().consume_at_least("out", expected.size()))
    values.push_back(*record.value);
  EXPECT_EQ(values, expected);

  KafkaRecord record;
  record.value = "after";
  broker.client().produce("in", {record});
  ASSERT_TRUE(worker.until_records(1, 60s)) << worker.log().text();
  ASSERT_TRUE(worker.until([&] { return worker.log().count("answers again") == 2; })) << worker.log().text();
}

}  // namespace
}  // namespace streams::tests
