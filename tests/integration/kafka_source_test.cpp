#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <cstdlib>
#include <thread>

#include "kafka_worker.hpp"
#include "support/kafka_test.hpp"

namespace streams::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// As the manifests set it, for the time of a test.
class PodName {
 public:
  explicit PodName(const char* name) { setenv("POD_NAME", name, 1); }
  ~PodName() { unsetenv("POD_NAME"); }
  PodName(const PodName&) = delete;
  PodName& operator=(const PodName&) = delete;
};

class KafkaSourceTest : public KafkaTest {
 protected:
  WorkerSetup setup(const std::string& topic) {
    return {.bootstrap = broker().bootstrap(),
            .group = unique_name("group"),
            .source_topic = topic,
            .sink_topics = {},
            .lock_dir = locks_.path()};
  }
  std::string new_topic(int partitions = 1) {
    const auto name = unique_name("in");
    kafka().create_topic(name, partitions);
    return name;
  }
  static std::vector<KafkaRecord> values(int from, int to, std::int32_t partition = 0) {
    std::vector<KafkaRecord> records;
    for (int i = from; i < to; ++i) {
      KafkaRecord record;
      record.value = std::to_string(i);
      record.partition = partition;
      records.push_back(record);
    }
    return records;
  }
  static std::vector<std::string> values_of(const KafkaWorker& worker) {
    std::vector<std::string> read;
    for (const auto& r : worker.records) read.push_back(r.record.value.value_or("(null)"));
    return read;
  }
  void add_partitions(const std::string& topic, std::size_t count) {
    std::array<char, 256> reason{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", broker().bootstrap().c_str(), reason.data(), reason.size());
    rd_kafka_t* client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason.data(), reason.size());
    ASSERT_NE(client, nullptr) << reason.data();
    rd_kafka_NewPartitions_t* wanted =
        rd_kafka_NewPartitions_new(topic.c_str(), count, reason.data(), reason.size());
    rd_kafka_queue_t* queue = rd_kafka_queue_new(client);
    rd_kafka_CreatePartitions(client, &wanted, 1, nullptr, queue);
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 20000);
    EXPECT_EQ(rd_kafka_event_error(event), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_event_destroy(event);
    rd_kafka_NewPartitions_destroy(wanted);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(client);
  }

  /// Writes one record in a transaction of its own, whose end takes an offset too.
  void produce_in_transaction(const std::string& topic, const std::string& value) {
    std::array<char, 256> reason{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", broker().bootstrap().c_str(), reason.data(), reason.size());
    rd_kafka_conf_set(conf, "transactional.id", topic.c_str(), reason.data(), reason.size());
    rd_kafka_t* client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason.data(), reason.size());
    ASSERT_NE(client, nullptr) << reason.data();
    EXPECT_EQ(rd_kafka_init_transactions(client, 20000), nullptr);
    EXPECT_EQ(rd_kafka_begin_transaction(client), nullptr);
    EXPECT_EQ(
        rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                          RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()), RD_KAFKA_V_END),
        RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(rd_kafka_commit_transaction(client, 20000), nullptr);
    rd_kafka_destroy(client);
  }

  LockFolder locks_;
};

TEST_F(KafkaSourceTest, TheMarkerOfATransactionIsNoRecordThatWaits) {
  const auto topic = new_topic();
  produce_in_transaction(topic, "a");
  KafkaWorker worker(setup(topic));
  ASSERT_TRUE(worker.start().until_records(1));
  const auto id = worker.assignments[0].id;
  EXPECT_EQ(kafka().end_offsets(topic)[0], 2);
  EXPECT_TRUE(worker.until([&] { return worker.source().end_of(id) == 1; })) << worker.source().end_of(id);

  // A record behind it waits until it is taken.
  worker.held = true;
  kafka().produce(topic, values(0, 1));
  EXPECT_TRUE(worker.until([&] { return worker.source().end_of(id) == 3; })) << worker.source().end_of(id);
  worker.held = false;
  ASSERT_TRUE(worker.until_records(2));
  EXPECT_EQ(worker.source().end_of(id), 3);
  worker.source().rewind(id, 0);
  ASSERT_TRUE(worker.until_records(4));
  EXPECT_EQ(worker.source().end_of(id), 3);
}

TEST_F(KafkaSourceTest, ReadsKeyHeadersAndTimestampAsTheyWereWritten) {
  const auto topic = new_topic();
  KafkaRecord full;
  full.key = "k";
  full.value = "v";
  full.headers = {{"a", "1"}, {"a", std::nullopt}, {"b", ""}};
  full.timestamp_ms = 1700000000123;
  full.partition = 0;
  KafkaRecord nulls;
  nulls.partition = 0;
  KafkaRecord empties;
  empties.key = "";
  empties.value = "";
  empties.partition = 0;
  kafka().produce(topic, {full, nulls, empties});

  KafkaWorker worker(setup(topic));
  ASSERT_TRUE(worker.start().until_records(3));

  const auto& first = worker.records[0].record;
  EXPECT_EQ(first.key, "k");
  EXPECT_EQ(first.value, "v");
  EXPECT_EQ(first.headers, full.headers);
  EXPECT_EQ(first.timestamp_ms, full.timestamp_ms);
  EXPECT_EQ(first.offset, 0);
  EXPECT_EQ(worker.records[1].record.key, std::nullopt);
  EXPECT_EQ(worker.records[1].record.value, std::nullopt);
  EXPECT_EQ(worker.records[2].record.key, "");
  EXPECT_EQ(worker.records[2].record.value, "");
}

TEST_F(KafkaSourceTest, CommitsTheStartBeforeTheFirstRecordSoThatACrashLosesNothing) {
  const auto topic = new_topic();
  kafka().produce(topic, values(0, 3));
  auto with = setup(topic);
  with.reset = runtime::OffsetReset::kLatest;
  {
    KafkaWorker worker(with);
    ASSERT_TRUE(worker.start().until([&] { return !worker.assignments.empty(); }));
    EXPECT_EQ(worker.assignments[0].position, 3);
    EXPECT_EQ(kafka().committed_offsets(with.group, topic)[0], 3);
    kafka().produce(topic, values(3, 5));
    ASSERT_TRUE(worker.until_records(2));
    worker.kill();
  }
  KafkaWorker again(with);
  ASSERT_TRUE(again.start().until_records(2));
  EXPECT_THAT(values_of(again), ElementsAre("3", "4"));
}

TEST_F(KafkaSourceTest, GoesOnBehindTheCommittedRecords) {
  const auto topic = new_topic();
  kafka().produce(topic, values(0, 3));
  const auto with = setup(topic);
  {
    KafkaWorker worker(with);
    ASSERT_TRUE(worker.start().until_records(3));
    ASSERT_TRUE(worker.commit().ok());
    ASSERT_TRUE(worker.leave());
  }
  EXPECT_EQ(kafka().committed_offsets(with.group, topic)[0], 3);
  kafka().produce(topic, values(3, 4));
  KafkaWorker again(with);
  ASSERT_TRUE(again.start().until_records(1));
  EXPECT_THAT(values_of(again), ElementsAre("3"));
}

TEST_F(KafkaSourceTest, StartsAPartitionThatWasAddedLaterAtItsFirstRecord) {
  const auto topic = new_topic(1);
  auto with = setup(topic);
  with.reset = runtime::OffsetReset::kLatest;
  {
    KafkaWorker worker(with);
    ASSERT_TRUE(worker.start().until([&] { return !worker.assignments.empty(); }));
    ASSERT_TRUE(worker.commit().ok());
    ASSERT_TRUE(worker.leave());
  }
  add_partitions(topic, 2);
  kafka().produce(topic, values(0, 3, 1));
  KafkaWorker again(with);
  ASSERT_TRUE(again.start().until_records(3)) << again.log().text();
  EXPECT_THAT(values_of(again), ElementsAre("0", "1", "2"));
}

TEST_F(KafkaSourceTest, FailsByNameWhereNothingIsCommittedAndNothingMayBeChosen) {
  const auto topic = new_topic();
  auto with = setup(topic);
  with.reset = runtime::OffsetReset::kError;
  KafkaWorker worker(with);
  ASSERT_TRUE(worker.start().until([&] { return worker.failure.has_value(); }));
  EXPECT_THAT(std::string(worker.failure->message()), HasSubstr("topic '" + topic + "' partition 0"));
  EXPECT_THAT(std::string(worker.failure->message()), HasSubstr("mysource"));
  EXPECT_THAT(kafka().committed_offsets(with.group, topic), IsEmpty());
}

TEST_F(KafkaSourceTest, FailsByNameWhenTheNextRecordsWereDeletedUnread) {
  const auto topic = new_topic();
  kafka().produce(topic, values(0, 10));
  const auto with = setup(topic);
  {
    KafkaWorker worker(with);
    ASSERT_TRUE(worker.start().until_records(10));
    ASSERT_TRUE(worker.commit({{worker.assignments[0].id, 2}}).ok());
    ASSERT_TRUE(worker.leave());
  }
  kafka().delete_records(topic, {{0, 5}});
  KafkaWorker again(with);
  ASSERT_TRUE(again.start().until([&] { return again.failure.has_value(); }));
  EXPECT_THAT(std::string(again.failure->message()),
              HasSubstr("topic '" + topic + "' partition 0: offset 2"));
  EXPECT_THAT(again.records, IsEmpty());
}

TEST_F(KafkaSourceTest, RewindsAPartitionAndDeliversNothingFromTheOldPlace) {
  const auto topic = new_topic();
  kafka().produce(topic, values(0, 5000));
  KafkaWorker worker(setup(topic));
  worker.start();
  ASSERT_TRUE(worker.until([&] { return !worker.assignments.empty(); }));
  ASSERT_TRUE(worker.until_records(1));
  worker.records.clear();
  worker.source().rewind(worker.assignments[0].id, 7);
  ASSERT_TRUE(worker.until_records(4993));
  for (std::size_t i = 0; i < worker.records.size(); ++i)
    ASSERT_EQ(worker.records[i].record.offset, static_cast<std::int64_t>(7 + i));
}

/// Two workers, driven in turns on one thread.
template <class Ready>
bool both_until(KafkaWorker& a, KafkaWorker& b, Ready ready, std::chrono::milliseconds longest = 30s) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (std::chrono::steady_clock::now() < end) {
    a.turn();
    b.turn();
    if (ready()) return true;
    a.waiter().wait(5ms);
  }
  return false;
}

TEST_F(KafkaSourceTest, ASecondMemberTakesHalfAndTheKeptPartitionsGoOn) {
  const auto topic = new_topic(4);
  const auto with = setup(topic);
  KafkaWorker first(with);
  ASSERT_TRUE(first.start().until([&] { return first.held_ids.size() == 4; }));
  KafkaWorker second(with);
  second.start();
  ASSERT_TRUE(
      both_until(first, second, [&] { return first.held_ids.size() == 2 && second.held_ids.size() == 2; }))
      << first.log().text() << second.log().text();
  EXPECT_THAT(first.all_revoked, SizeIs(2));
  EXPECT_THAT(first.lost_ids, IsEmpty());
  EXPECT_THAT(first.assignments, SizeIs(4)) << "the kept ones were not assigned anew";
}

TEST_F(KafkaSourceTest, ARevokedPartitionIsHandedOverWhenItIsReleasedAndCanBeCommittedTillThen) {
  const auto topic = new_topic(2);
  for (int partition = 0; partition < 2; ++partition) kafka().produce(topic, values(0, 10, partition));
  const auto with = setup(topic);
  KafkaWorker first(with);
  ASSERT_TRUE(first.start().until_records(20));
  first.auto_release = false;
  KafkaWorker second(with);
  second.start();
  ASSERT_TRUE(both_until(first, second, [&] { return !first.revoked_ids.empty(); }));
  EXPECT_THAT(second.assignments, IsEmpty());
  ASSERT_TRUE(first.commit().ok()) << first.commit_result->message();
  EXPECT_THAT(second.assignments, IsEmpty());
  first.release();
  ASSERT_TRUE(both_until(first, second, [&] { return second.assignments.size() == 1; }));
  EXPECT_EQ(second.assignments[0].position, 10);
}

TEST_F(KafkaSourceTest, LeavingFreesThePartitionsAtOnce) {
  const auto topic = new_topic(2);
  auto with = setup(topic);
  KafkaWorker first(with);
  ASSERT_TRUE(first.start().until([&] { return first.held_ids.size() == 2; }));
  ASSERT_THAT(kafka().describe_group(with.group).instance_ids, SizeIs(1));
  ASSERT_TRUE(first.leave());
  EXPECT_THAT(kafka().describe_group(with.group).instance_ids, IsEmpty());
  // The first one keeps its slot, so that this is another member.
  KafkaWorker second(with);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(second.start().until([&] { return second.held_ids.size() == 2; }));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s) << "half of the session time-out";
}

TEST_F(KafkaSourceTest, LeavingWithoutGivingUpKeepsThePartitionsForARestart) {
  const auto topic = new_topic(2);
  const auto with = setup(topic);
  {
    KafkaWorker first(with);
    ASSERT_TRUE(first.start().until([&] { return first.held_ids.size() == 2; }));
    ASSERT_TRUE(first.leave(false));
    EXPECT_THAT(first.all_revoked, SizeIs(2));
  }
  EXPECT_THAT(kafka().describe_group(with.group).instance_ids, SizeIs(1));
  KafkaWorker again(with);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(again.start().until([&] { return again.held_ids.size() == 2; }));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST_F(KafkaSourceTest, AKilledMemberGoesOnWithoutWaitingForItsSession) {
  const auto topic = new_topic(2);
  const auto with = setup(topic);
  {
    KafkaWorker first(with);
    ASSERT_TRUE(first.start().until([&] { return first.held_ids.size() == 2; }));
    first.kill();
  }
  kafka().produce(topic, values(0, 1));
  KafkaWorker again(with);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(again.start().until_records(1));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST_F(KafkaSourceTest, AContainerThatStartsAgainInItsPodGoesOnWithoutWaitingForItsSession) {
  const auto topic = new_topic(2);
  auto with = setup(topic);
  // The locks of the first container may be gone with it.
  LockFolder of_the_next;
  const PodName pod("shop-0-6c9f7-x2x4z");
  {
    KafkaWorker first(with);
    ASSERT_TRUE(first.start().until([&] { return first.held_ids.size() == 2; }));
    EXPECT_THAT(kafka().describe_group(with.group).instance_ids, ElementsAre("shop-0-6c9f7-x2x4z-0-0"));
    first.kill();
  }
  kafka().produce(topic, values(0, 1));
  with.lock_dir = of_the_next.path();
  KafkaWorker again(with);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(again.start().until_records(1));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_THAT(kafka().describe_group(with.group).instance_ids, ElementsAre("shop-0-6c9f7-x2x4z-0-0"));
}

TEST_F(KafkaSourceTest, AFencedMemberDropsItsWorkAndJoinsAgainAsADynamicOne) {
  const auto topic = new_topic(2);
  const auto with = setup(topic);
  LockFolder other;
  auto twin_with = with;
  twin_with.lock_dir = other.path();
  KafkaWorker first(with);
  ASSERT_TRUE(first.start().until([&] { return first.held_ids.size() == 2; }));
  KafkaWorker twin(twin_with);
  twin.start();
  ASSERT_TRUE(both_until(first, twin, [&] { return first.lost_ids.size() == 2; })) << first.log().text();
  ASSERT_TRUE(both_until(first, twin, [&] {
    return first.held_ids.size() == 1 && twin.held_ids.size() == 1;
  })) << first.log().text();
  EXPECT_THAT(kafka().describe_group(with.group).instance_ids, SizeIs(1));
  EXPECT_EQ(first.failure, std::nullopt);
}

TEST_F(KafkaSourceTest, AWorkerThatIsHeldBackStaysInTheGroup) {
  const auto topic = new_topic();
  auto with = setup(topic);
  with.session_timeout = 6s;
  with.source_params = {{"max.poll.interval.ms", "6000", false, {}}};
  KafkaWorker worker(with);
  ASSERT_TRUE(worker.start().until([&] { return !worker.held_ids.empty(); }));
  kafka().produce(topic, values(0, 10));
  worker.held = true;
  worker.go_on_for(9s);
  worker.held = false;
  ASSERT_TRUE(worker.until_records(10));
  EXPECT_THAT(worker.lost_ids, IsEmpty());
  EXPECT_THAT(worker.assignments, SizeIs(1));
  EXPECT_EQ(worker.log().count("max.poll"), 0) << worker.log().text();
}

TEST_F(KafkaSourceTest, JoinsAsADynamicMemberWhereNoSlotCanBeLocked) {
  const auto topic = new_topic();
  auto with = setup(topic);
  with.lock_dir = "/proc/no-such-folder";
  KafkaWorker worker(with);
  ASSERT_TRUE(worker.start().until([&] { return !worker.held_ids.empty(); }));
  EXPECT_THAT(kafka().describe_group(with.group).instance_ids, IsEmpty());
  EXPECT_EQ(worker.log().count("dynamic member"), 1);
}

TEST_F(KafkaSourceTest, BatchesMayOutliveTheirSource) {
  const auto topic = new_topic();
  kafka().produce(topic, values(0, 3));
  KafkaWorker worker(setup(topic));
  worker.start();
  worker.held = true;
  ASSERT_TRUE(worker.until([&] { return !worker.held_ids.empty(); }));
  runtime::BatchRef batch;
  while (!batch) {
    worker.source().poll();
    batch = worker.source().take(1024);
  }
  const Bytes kept = batch->records()[0].payload;
  worker.kill();
  EXPECT_EQ(kept, "0");
  std::thread([&] { batch.reset(); }).join();
  EXPECT_EQ(kept, "0");
}

}  // namespace
}  // namespace streams::tests
