#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "kafka_worker.hpp"
#include "support/kafka_test.hpp"

// The topics between segments: who makes them, what they must be like, and how what was read goes away again.

namespace streams::tests {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Le;
using ::testing::Pair;
using ::testing::SizeIs;
using Rule = KafkaClient::AccessRule;

const std::map<std::string, std::string> kRight{{"cleanup.policy", "delete"},
                                                {"retention.ms", "-1"},
                                                {"retention.bytes", "-1"},
                                                {"message.timestamp.type", "CreateTime"},
                                                {"message.timestamp.before.max.ms", "9223372036854775807"},
                                                {"message.timestamp.after.max.ms", "9223372036854775807"}};

/// A worker that reads an internal topic of its own.
WorkerSetup setup_of(const std::string& bootstrap, const std::string& lock_dir, const std::string& fed_by,
                     std::optional<std::uint32_t> partitions = std::nullopt,
                     const std::string& prefix = "pipeline") {
  WorkerSetup setup;
  setup.bootstrap = bootstrap;
  setup.group = unique_name("group");
  setup.lock_dir = lock_dir;
  runtime::InternalTopic topic;
  topic.name = unique_name(prefix) + ".to.from";
  topic.partitions = partitions;
  setup.internal = std::move(topic);
  setup.fed_by = fed_by;
  return setup;
}

std::string refusal(const WorkerSetup& setup) {
  const absl::Status status = KafkaWorker(setup).prepare();
  return status.ok() ? "it is not refused" : std::string(status.message());
}

class KafkaInternalTopicsTest : public KafkaTest {
 protected:
  WorkerSetup setup(std::optional<std::uint32_t> partitions = std::nullopt) {
    return setup_of(broker().bootstrap(), locks_.path(), fed_by(), partitions);
  }
  const std::string& fed_by() {
    if (fed_by_.empty()) kafka().create_topic(fed_by_ = unique_name("in"), 3);
    return fed_by_;
  }
  std::map<std::string, std::string> right_with(const std::string& name, const std::string& value) {
    auto settings = kRight;
    settings[name] = value;
    return settings;
  }

  LockFolder locks_;

 private:
  std::string fed_by_;
};

TEST_F(KafkaInternalTopicsTest, AreMadeWithAsManyPartitionsAsTheirSourceAndLoseNothingByTime) {
  const WorkerSetup wanted = setup();
  KafkaWorker worker(wanted);
  ASSERT_TRUE(worker.prepare().ok()) << worker.prepare();
  EXPECT_THAT(kafka().end_offsets(wanted.internal->name), SizeIs(3));
  const auto settings = kafka().topic_settings(wanted.internal->name);
  for (const auto& setting : kRight) EXPECT_THAT(settings, Contains(setting));
  EXPECT_EQ(worker.log().count("created internal topic '" + wanted.internal->name + "' with 3 partitions"),
            1);
}

TEST_F(KafkaInternalTopicsTest, AreMadeAsTheDeploymentSays) {
  WorkerSetup wanted = setup(5);
  wanted.internal->replication_factor = 1;
  ASSERT_TRUE(KafkaWorker(wanted).prepare().ok());
  EXPECT_THAT(kafka().end_offsets(wanted.internal->name), SizeIs(5));
  // And stay as they are.
  KafkaWorker again(wanted);
  ASSERT_TRUE(again.prepare().ok());
  EXPECT_EQ(again.log().count("created"), 0);
}

TEST_F(KafkaInternalTopicsTest, AreMadeOnceByProcessesThatStartTogether) {
  const WorkerSetup wanted = setup(2);
  std::vector<std::future<int>> made;
  for (int i = 0; i < 4; ++i) {
    made.push_back(std::async(std::launch::async, [&] {
      KafkaWorker worker(wanted);
      const absl::Status status = worker.prepare();
      EXPECT_TRUE(status.ok()) << status;
      return worker.log().count("created internal topic");
    }));
  }
  int times = 0;
  for (auto& one : made) times += one.get();
  EXPECT_EQ(times, 1);
}

TEST_F(KafkaInternalTopicsTest, MoreCopiesThanBrokersIsSaidWithTheKeyThatAsksForThem) {
  WorkerSetup wanted = setup(2);
  wanted.internal->replication_factor = 7;
  EXPECT_THAT(refusal(wanted), AllOf(HasSubstr(wanted.internal->name), HasSubstr("cannot be created"),
                                     HasSubstr("pipeline.internal_topics.replication_factor")));
}

TEST_F(KafkaInternalTopicsTest, WithoutTheTopicThatFeedsThemTheirNumberOfPartitionsIsAskedFor) {
  WorkerSetup wanted = setup();
  wanted.fed_by = unique_name("nowhere");
  EXPECT_THAT(refusal(wanted), AllOf(HasSubstr(wanted.fed_by), HasSubstr("'feed'"),
                                     HasSubstr("or set pipeline.internal_topics.partitions")));
  wanted.internal->partitions = 2;
  EXPECT_TRUE(KafkaWorker(wanted).prepare().ok());
}

TEST_F(KafkaInternalTopicsTest, BrokersThatDoNotAnswerAreNamedWithTheKeyThatChoseThem) {
  WorkerSetup wanted = setup(2);
  // Nobody listens on port 1.
  wanted.internal->bootstrap_servers = {"127.0.0.1:1"};
  EXPECT_THAT(refusal(wanted),
              AllOf(HasSubstr("127.0.0.1:1"), HasSubstr("correct pipeline.internal_topics.bootstrap_servers")));
  wanted = setup(2);
  wanted.bootstrap = "127.0.0.1:1";
  EXPECT_THAT(refusal(wanted), HasSubstr("correct steps_config.feed.bootstrap_servers"));
}

TEST_F(KafkaInternalTopicsTest, AnotherNumberOfPartitionsIsRefusedUnlessNoneIsAskedFor) {
  const WorkerSetup wanted = setup(4);
  kafka().create_topic(wanted.internal->name, 2, kRight);
  EXPECT_THAT(refusal(wanted),
              AllOf(HasSubstr("'" + wanted.internal->name + "'"), HasSubstr("has 2 partitions"),
                    HasSubstr("pipeline.internal_topics.partitions is 4: set it to 2")));
  WorkerSetup any = wanted;
  any.internal->partitions.reset();
  EXPECT_TRUE(KafkaWorker(any).prepare().ok());
}

TEST_F(KafkaInternalTopicsTest, SettingsThatLoseRecordsAreRefusedWithTheCommandThatMendsThem) {
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"cleanup.policy", "compact"},
                                          {"retention.ms", "1000"},
                                          {"retention.bytes", "1000"},
                                          {"message.timestamp.type", "LogAppendTime"},
                                          {"message.timestamp.before.max.ms", "1000"}}) {
    const WorkerSetup wanted = setup();
    kafka().create_topic(wanted.internal->name, 3, right_with(name, value));
    EXPECT_THAT(refusal(wanted), AllOf(HasSubstr(wanted.internal->name), HasSubstr(name + "=" + value),
                                       HasSubstr("kafka-configs.sh"),
                                       HasSubstr("--add-config " + name + "=" + kRight.at(name))));
  }
}

/// Reads and commits what is in the topic, in one go for each `part`.
class KafkaPurgeTest : public KafkaInternalTopicsTest {
 protected:
  static constexpr int kPartitions = 3;

  void fill(const WorkerSetup& setup, int count) {
    std::vector<KafkaRecord> records;
    for (int i = 0; i < count; ++i)
      records.push_back({.value = "record " + std::to_string(i), .partition = i % kPartitions});
    kafka().produce(setup.internal->name, records);
  }
  std::int64_t purged(const WorkerSetup& setup) {
    std::int64_t sum = 0;
    const auto committed = kafka().committed_offsets(setup.group, setup.internal->name);
    for (const auto& [partition, first] : kafka().first_offsets(setup.internal->name)) {
      sum += first;
      const auto read = committed.find(partition);
      EXPECT_LE(first, read == committed.end() ? 0 : read->second) << "what nobody has committed is gone";
    }
    return sum;
  }
};

TEST_F(KafkaPurgeTest, WhatIsReadAndCommittedGoesAndNothingElse) {
  const WorkerSetup wanted = setup();
  KafkaWorker worker(wanted);
  worker.start();
  fill(wanted, 300);
  ASSERT_TRUE(worker.until_records(300)) << worker.log().text();
  EXPECT_EQ(purged(wanted), 0) << "nothing is committed yet";

  std::vector<runtime::PartitionOffset> part;
  for (const auto& assignment : worker.assignments)
    part.push_back({assignment.id, 40 + assignment.partition});
  ASSERT_TRUE(worker.commit(part).ok());
  ASSERT_TRUE(worker.until([&] { return purged(wanted) == 40 + 41 + 42; })) << worker.log().text();

  // The next time comes soon, but not at once.
  ASSERT_TRUE(worker.commit().ok());
  worker.go_on_for(500ms);
  EXPECT_EQ(purged(wanted), 40 + 41 + 42);
  ASSERT_TRUE(worker.until([&] { return purged(wanted) == 300; })) << worker.log().text();
  EXPECT_FALSE(worker.failure) << worker.failure->message();
}

TEST_F(KafkaPurgeTest, WhatAnEarlierProcessHasLeftGoesAtTheStart) {
  const WorkerSetup wanted = setup();
  ASSERT_TRUE(KafkaWorker(wanted).prepare().ok());
  fill(wanted, 30);
  {
    // Not as an internal topic: nothing is deleted.
    WorkerSetup plain = wanted;
    plain.internal.reset();
    plain.source_topic = wanted.internal->name;
    KafkaWorker worker(plain);
    worker.start();
    ASSERT_TRUE(worker.until_records(30));
    ASSERT_TRUE(worker.commit().ok());
    ASSERT_TRUE(worker.leave());
    EXPECT_EQ(purged(wanted), 0);
  }
  KafkaWorker worker(wanted);
  worker.start();
  EXPECT_TRUE(worker.until([&] { return purged(wanted) == 30; })) << worker.log().text();
  EXPECT_THAT(worker.records, SizeIs(0));
}

/// On a broker that keeps rules of who may do what.
class KafkaRightsTest : public OwnKafkaTest {
 protected:
  void SetUp() override {
    OwnKafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    broker_.emplace(std::vector<std::string>{
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found=true"});
    KafkaClient& client = broker_->client();
    client.add_access_rule({.operation = Rule::Operation::all, .topics = std::nullopt, .allowed = true});
    client.add_access_rule({.operation = Rule::Operation::all, .topics = "*", .allowed = true});
    client.add_access_rule({.operation = Rule::Operation::create, .topics = std::nullopt});
    client.add_access_rule({.operation = Rule::Operation::create, .topics = "unmade"});
    client.add_access_rule({.operation = Rule::Operation::remove, .topics = "kept"});
    client.create_topic("in", 2);
  }

  std::optional<KafkaBroker> broker_;
  LockFolder locks_;
};

TEST_F(KafkaRightsTest, WhoMayNotMakeTheTopicIsToldHowAnotherCan) {
  const WorkerSetup wanted = setup_of(broker_->bootstrap(), locks_.path(), "in", std::nullopt, "unmade");
  const std::string& name = wanted.internal->name;
  EXPECT_THAT(refusal(wanted), AllOf(HasSubstr("internal topic '" + name + "' does not exist"),
                                     HasSubstr("allow this client the operation Create"),
                                     HasSubstr("kafka-topics.sh --bootstrap-server " + broker_->bootstrap() +
                                               " --create --topic " + name +
                                               " --partitions 2 --config cleanup.policy=delete --config "
                                               "retention.ms=-1 --config retention.bytes=-1")));
  // The right on these names is enough.
  EXPECT_TRUE(
      KafkaWorker(setup_of(broker_->bootstrap(), locks_.path(), "in", std::nullopt, "made")).prepare().ok());
}

TEST_F(KafkaRightsTest, WhoMayNotDeleteRecordsIsToldOnceAndGoesOn) {
  const WorkerSetup wanted = setup_of(broker_->bootstrap(), locks_.path(), "in", std::nullopt, "kept");
  KafkaWorker worker(wanted);
  worker.start();
  std::vector<KafkaRecord> records;
  for (int i = 0; i < 20; ++i) records.push_back({.value = "record", .partition = i % 2});
  broker_->client().produce(wanted.internal->name, records);
  ASSERT_TRUE(worker.until_records(20));
  ASSERT_TRUE(worker.commit().ok());
  const auto told = [&] { return worker.log().count("cannot delete what is read from internal topic"); };
  ASSERT_TRUE(worker.until([&] { return told() > 0; })) << worker.log().text();
  EXPECT_GT(worker.log().count("operation Delete"), 0);
  worker.go_on_for(500ms);
  EXPECT_EQ(told(), 1);
  EXPECT_FALSE(worker.failure) << worker.failure->message();
}

}  // namespace
}  // namespace streams::tests
