#include "support/kafka_broker.hpp"

#include <gmock/gmock.h>

#include "support/kafka_test.hpp"

namespace streams::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

using KafkaClientTest = KafkaTest;
using KafkaBrokerTest = OwnKafkaTest;

TEST_F(KafkaClientTest, ReadsBackKeyValueHeadersTimestampAndPartition) {
  const std::string topic = unique_name("records");
  kafka().create_topic(topic, 3);
  KafkaRecord full;
  full.key = "k";
  full.value = "v";
  full.headers = {{"a", "1"}, {"a", std::string("\0x", 2)}, {"null", std::nullopt}};
  full.timestamp_ms = 1'700'000'000'123;
  full.partition = 2;
  KafkaRecord tombstone;
  tombstone.key = "";
  tombstone.partition = 2;
  kafka().produce(topic, {full, tombstone});

  const std::vector<KafkaRecord> records = kafka().consume_all(topic);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].key, "k");
  EXPECT_EQ(records[0].value, "v");
  EXPECT_EQ(records[0].headers, full.headers);
  EXPECT_EQ(records[0].timestamp_ms, 1'700'000'000'123);
  EXPECT_EQ(records[0].partition, 2);
  EXPECT_EQ(records[0].offset, 0);
  EXPECT_EQ(records[1].key, "");
  EXPECT_EQ(records[1].value, std::nullopt);
  EXPECT_THAT(kafka().end_offsets(topic), ElementsAre(Pair(0, 0), Pair(1, 0), Pair(2, 2)));
}

TEST_F(KafkaClientTest, CreatesAndDeletesTopics) {
  const std::string topic = unique_name("short-lived");
  EXPECT_FALSE(kafka().topic_exists(topic));
  kafka().create_topic(topic);
  EXPECT_TRUE(kafka().topic_exists(topic));
  EXPECT_THROW(kafka().create_topic(topic), std::runtime_error);
  kafka().delete_topic(topic);
  EXPECT_FALSE(kafka().topic_exists(topic));
  EXPECT_THROW(kafka().consume_all(topic), std::runtime_error);
}

TEST_F(KafkaClientTest, RefusesARecordAboveTheTopicsLimit) {
  const std::string topic = unique_name("small");
  kafka().create_topic(topic, 1, {{"max.message.bytes", "1000"}});
  KafkaRecord record;
  record.value = std::string(5'000, 'x');
  EXPECT_THROW(kafka().produce(topic, {record}), std::runtime_error);
}

TEST_F(KafkaClientTest, DeletesRecordsBelowAnOffset) {
  const std::string topic = unique_name("shortened");
  kafka().create_topic(topic);
  kafka().produce(topic, {{.value = "0"}, {.value = "1"}, {.value = "2"}});
  kafka().delete_records(topic, {{0, 2}});
  const std::vector<KafkaRecord> records = kafka().consume_all(topic);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].value, "2");
}

TEST_F(KafkaClientTest, AGroupNobodyUsedHasNoOffsetsAndNoMembers) {
  const std::string topic = unique_name("unread");
  kafka().create_topic(topic, 2);
  const std::string group = unique_name("nobody");
  EXPECT_TRUE(kafka().committed_offsets(group, topic).empty());
  EXPECT_EQ(kafka().describe_group(group).state, "Dead");
}

TEST_F(KafkaBrokerTest, KeepsItsDataAndAddressWhenStoppedAndStarted) {
  KafkaBroker broker;
  const std::string bootstrap = broker.bootstrap();
  broker.client().create_topic("kept", 1);
  broker.client().produce("kept", {{.value = "before"}});

  broker.stop();
  EXPECT_FALSE(broker.running());
  EXPECT_FALSE(broker.client().wait_until_ready(std::chrono::milliseconds(300)));
  broker.start();
  EXPECT_EQ(broker.bootstrap(), bootstrap);
  broker.client().produce("kept", {{.value = "after a stop"}});

  broker.kill();
  broker.start();
  const std::vector<KafkaRecord> records = broker.client().consume_at_least("kept", 2);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].value, "before");
  EXPECT_EQ(records[1].value, "after a stop");
}

TEST_F(KafkaBrokerTest, SaysWhyABrokerDoesNotStart) {
  try {
    KafkaBroker broker(std::vector<std::string>{"listeners=nowhere"});
    FAIL() << "a broker with a wrong setting started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("nowhere"));
  }
}

}  // namespace
}  // namespace streams::tests
