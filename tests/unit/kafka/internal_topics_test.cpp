#include "internal_topics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streams::kafka {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

runtime::InternalTopic topic() {
  runtime::InternalTopic topic;
  topic.name = "shop.tax.by_user";
  topic.bootstrap_servers = {"one:9092", "two:9092"};
  return topic;
}

/// As a broker tells them of a topic that was made as it should be.
TopicFacts facts_of(const NewTopic& made) {
  TopicFacts facts;
  facts.partitions = made.partitions;
  for (const auto& [name, value] : made.settings) facts.settings[name] = value;
  return facts;
}

TEST(InternalTopicsTest, WhatIsMadeIsWhatIsWanted) {
  EXPECT_EQ(internal_topic_fault(topic(), facts_of(new_internal_topic(topic(), 4))), std::nullopt);
}

TEST(InternalTopicsTest, AnySegmentSizeWillDo) {
  TopicFacts facts = facts_of(new_internal_topic(topic(), 4));
  facts.settings["segment.bytes"] = "1073741824";
  EXPECT_EQ(internal_topic_fault(topic(), facts), std::nullopt);
}

TEST(InternalTopicsTest, WhatABrokerDoesNotTellIsNotJudged) {
  TopicFacts facts;
  facts.partitions = 4;
  EXPECT_EQ(internal_topic_fault(topic(), facts), std::nullopt);
}

TEST(InternalTopicsTest, TheBoundOfOlderBrokersIsJudgedToo) {
  TopicFacts facts = facts_of(new_internal_topic(topic(), 4));
  facts.settings["message.timestamp.difference.max.ms"] = "3600000";
  EXPECT_THAT(*internal_topic_fault(topic(), facts),
              HasSubstr("message.timestamp.difference.max.ms=3600000"));
}

TEST(InternalTopicsTest, AllThatIsWrongIsSaidWithOneCommandThatMendsIt) {
  runtime::InternalTopic wanted = topic();
  wanted.partitions = 8;
  TopicFacts facts = facts_of(new_internal_topic(topic(), 4));
  facts.settings["retention.ms"] = "604800000";
  facts.settings["cleanup.policy"] = "compact,delete";
  EXPECT_THAT(
      *internal_topic_fault(wanted, facts),
      AllOf(HasSubstr("has 4 partitions, and pipeline.internal_topics.partitions is 8: set it to 4"),
            HasSubstr("has cleanup.policy=compact,delete, retention.ms=604800000"),
            HasSubstr("kafka-configs.sh --bootstrap-server one:9092,two:9092 --alter --entity-type topics "
                      "--entity-name shop.tax.by_user --add-config cleanup.policy=delete,retention.ms=-1")));
}

TEST(InternalTopicsTest, TheCommandThatMakesATopicNamesCopiesWhereTheyAreAskedFor) {
  EXPECT_THAT(creation_command(new_internal_topic(topic(), 4), "one:9092"),
              AllOf(HasSubstr("kafka-topics.sh --bootstrap-server one:9092 --create --topic shop.tax.by_user "
                              "--partitions 4 --config cleanup.policy=delete"),
                    Not(HasSubstr("--replication-factor"))));
  runtime::InternalTopic copied = topic();
  copied.replication_factor = 3;
  EXPECT_THAT(creation_command(new_internal_topic(copied, 4), "one:9092"),
              HasSubstr(" --replication-factor 3 "));
}

}  // namespace
}  // namespace streams::kafka
