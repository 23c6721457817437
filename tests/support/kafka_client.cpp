#include "support/kafka_client.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace streams::tests {
namespace {

using namespace std::chrono_literals;
constexpr int kTimeoutMs = 30'000;

template <auto Destroy>
struct Deleter {
  template <class T>
  void operator()(T* handle) const {
    Destroy(handle);
  }
};
using Client = std::unique_ptr<rd_kafka_t, Deleter<rd_kafka_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Deleter<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Deleter<rd_kafka_event_destroy>>;
using Partitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t, Deleter<rd_kafka_topic_partition_list_destroy>>;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Deleter<rd_kafka_NewTopic_destroy>>;
using DeleteTopic = std::unique_ptr<rd_kafka_DeleteTopic_t, Deleter<rd_kafka_DeleteTopic_destroy>>;
using DeleteRecords = std::unique_ptr<rd_kafka_DeleteRecords_t, Deleter<rd_kafka_DeleteRecords_destroy>>;
using ConfigResource = std::unique_ptr<rd_kafka_ConfigResource_t, Deleter<rd_kafka_ConfigResource_destroy>>;
using AclBinding = std::unique_ptr<rd_kafka_AclBinding_t, Deleter<rd_kafka_AclBinding_destroy>>;
using GroupOffsets =
    std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t, Deleter<rd_kafka_ListConsumerGroupOffsets_destroy>>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, Deleter<rd_kafka_metadata_destroy>>;
using Options = std::unique_ptr<rd_kafka_AdminOptions_t, Deleter<rd_kafka_AdminOptions_destroy>>;

[[noreturn]] void fail(const std::string& what, std::string_view why) {
  throw std::runtime_error(what + ": " + std::string(why));
}

void check(rd_kafka_resp_err_t error, const std::string& what) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(what, rd_kafka_err2str(error));
}

/// Whether the error says no more than that a group's coordinator has just begun or moved.
bool passes(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
         error == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE || error == RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
}

struct Deliveries {
  std::size_t failed = 0;
  std::string first_error;
};

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  auto& deliveries = *static_cast<Deliveries*>(opaque);
  if (deliveries.failed++ == 0) deliveries.first_error = rd_kafka_err2str(message->err);
}

/// `deliveries`, of producers that want it, is told of failed deliveries and outlives the client.
Client make_client(rd_kafka_type_t type, const std::map<std::string, std::string>& settings,
                   Deliveries* deliveries = nullptr) {
  std::array<char, 512> error{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [key, value] : settings) {
    if (rd_kafka_conf_set(conf, key.c_str(), value.c_str(), error.data(), error.size()) != RD_KAFKA_CONF_OK) {
      rd_kafka_conf_destroy(conf);
      fail("setting " + key, error.data());
    }
  }
  // A broker that a test stops is not news; what goes wrong for good is an error of the call that met it.
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
  if (deliveries != nullptr) {
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_opaque(conf, deliveries);
  }
  rd_kafka_t* client = rd_kafka_new(type, conf, error.data(), error.size());
  if (client == nullptr) {
    rd_kafka_conf_destroy(conf);
    fail("making a client", error.data());
  }
  return Client(client);
}

Partitions all_partitions(const std::string& topic, std::int32_t count, std::int64_t offset) {
  Partitions list(rd_kafka_topic_partition_list_new(count));
  for (std::int32_t p = 0; p < count; ++p) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p)->offset = offset;
  }
  return list;
}

std::map<std::int32_t, std::int64_t> offsets_of(const rd_kafka_topic_partition_list_t& list,
                                                const std::string& what) {
  std::map<std::int32_t, std::int64_t> offsets;
  for (int i = 0; i < list.cnt; ++i) {
    check(list.elems[i].err, what);
    if (list.elems[i].offset >= 0) offsets[list.elems[i].partition] = list.elems[i].offset;
  }
  return offsets;
}

KafkaRecord read_record(const rd_kafka_message_t& message) {
  KafkaRecord record;
  if (message.key != nullptr) record.key.emplace(static_cast<const char*>(message.key), message.key_len);
  if (message.payload != nullptr) {
    record.value.emplace(static_cast<const char*>(message.payload), message.len);
  }
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      auto& header = record.headers.emplace_back(name, std::nullopt);
      if (value != nullptr) header.second.emplace(static_cast<const char*>(value), size);
    }
  }
  record.timestamp_ms = rd_kafka_message_timestamp(&message, nullptr);
  record.partition = message.partition;
  record.offset = message.offset;
  return record;
}

}  // namespace

struct KafkaClient::Handles {
  Client admin;
  Queue answers;

  /// Sends an admin request by `ask` and returns its answer; throws on an error of the request as a whole.
  Event call(const std::string& what,
             const std::function<void(rd_kafka_t*, const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& ask) {
    std::array<char, 256> error{};
    Options options(rd_kafka_AdminOptions_new(admin.get(), RD_KAFKA_ADMIN_OP_ANY));
    check(rd_kafka_AdminOptions_set_request_timeout(options.get(), kTimeoutMs, error.data(), error.size()),
          what);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kTimeoutMs);
    while (true) {
      ask(admin.get(), options.get(), answers.get());
      Event event(rd_kafka_queue_poll(answers.get(), kTimeoutMs + 5'000));
      if (event == nullptr) fail(what, "no answer");
      const rd_kafka_resp_err_t fault = rd_kafka_event_error(event.get());
      if (fault == RD_KAFKA_RESP_ERR_NO_ERROR) return event;
      if (!passes(fault) || std::chrono::steady_clock::now() > deadline) {
        fail(what, rd_kafka_event_error_string(event.get()));
      }
      std::this_thread::sleep_for(10ms);
    }
  }
};

KafkaClient::KafkaClient(std::string bootstrap)
    : bootstrap_(std::move(bootstrap)), handles_(std::make_unique<Handles>()) {
  // A consumer, though it never consumes: librdkafka 2.15.1 follows a null pointer when a coordinator that
  // moved answers a client without a group.
  handles_->admin = make_client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap_},
                                                    {"client.id", "streams-tests-admin"},
                                                    {"group.id", "streams-tests-admin"},
                                                    {"reconnect.backoff.max.ms", "200"}});
  handles_->answers.reset(rd_kafka_queue_new(handles_->admin.get()));
}

KafkaClient::~KafkaClient() = default;

bool KafkaClient::wait_until_ready(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (std::chrono::steady_clock::now() < deadline) {
    const rd_kafka_metadata_t* raw = nullptr;
    if (rd_kafka_metadata(handles_->admin.get(), 0, nullptr, &raw, 500) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const Metadata metadata(raw);
      if (metadata->broker_cnt > 0) return true;
    }
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

void KafkaClient::create_topic(const std::string& name, int partitions,
                               const std::map<std::string, std::string>& config) {
  const std::string what = "creating topic " + name;
  std::array<char, 512> error{};
  NewTopic topic(rd_kafka_NewTopic_new(name.c_str(), partitions, 1, error.data(), error.size()));
  if (topic == nullptr) fail(what, error.data());
  for (const auto& [key, value] : config) {
    check(rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str()), what);
  }
  rd_kafka_NewTopic_t* request = topic.get();
  const Event event = handles_->call(what, [&](auto* client, auto* options, auto* queue) {
    rd_kafka_CreateTopics(client, &request, 1, options, queue);
  });
  std::size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    if (rd_kafka_topic_result_error(results[i]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* text = rd_kafka_topic_result_error_string(results[i]);
      fail(what, text != nullptr ? text : rd_kafka_err2str(rd_kafka_topic_result_error(results[i])));
    }
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kTimeoutMs);
  while (partition_count(name) != partitions) {
    if (std::chrono::steady_clock::now() > deadline) fail(what, "its partitions got no leader");
    std::this_thread::sleep_for(10ms);
  }
}

void KafkaClient::delete_topic(const std::string& name) {
  const std::string what = "deleting topic " + name;
  DeleteTopic topic(rd_kafka_DeleteTopic_new(name.c_str()));
  rd_kafka_DeleteTopic_t* request = topic.get();
  const Event event = handles_->call(what, [&](auto* client, auto* options, auto* queue) {
    rd_kafka_DeleteTopics(client, &request, 1, options, queue);
  });
  std::size_t count = 0;
  const auto* results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) check(rd_kafka_topic_result_error(results[i]), what);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kTimeoutMs);
  while (topic_exists(name)) {
    if (std::chrono::steady_clock::now() > deadline) fail(what, "it is still there");
    std::this_thread::sleep_for(10ms);
  }
}

bool KafkaClient::topic_exists(const std::string& name) {
  const rd_kafka_metadata_t* raw = nullptr;
  check(rd_kafka_metadata(handles_->admin.get(), 1, nullptr, &raw, kTimeoutMs), "listing topics");
  const Metadata metadata(raw);
  return std::any_of(metadata->topics, metadata->topics + metadata->topic_cnt,
                     [&](const rd_kafka_metadata_topic& topic) { return name == topic.topic; });
}

/// Partitions that have a leader; 0 when the topic does not exist.
std::int32_t KafkaClient::partition_count(const std::string& topic) {
  const rd_kafka_metadata_t* raw = nullptr;
  check(rd_kafka_metadata(handles_->admin.get(), 1, nullptr, &raw, kTimeoutMs), "reading metadata");
  const Metadata metadata(raw);
  for (int t = 0; t < metadata->topic_cnt; ++t) {
    const rd_kafka_metadata_topic& found = metadata->topics[t];
    if (topic != found.topic) continue;
    return static_cast<std::int32_t>(
        std::count_if(found.partitions, found.partitions + found.partition_cnt,
                      [](const rd_kafka_metadata_partition& p) { return p.leader >= 0; }));
  }
  return 0;
}

void KafkaClient::produce(const std::string& topic, const std::vector<KafkaRecord>& records) {
  const std::string what = "producing to " + topic;
  Deliveries deliveries;
  const Client producer = make_client(RD_KAFKA_PRODUCER,
                                      {{"bootstrap.servers", bootstrap_},
                                       {"client.id", "streams-tests-producer"},
                                       {"enable.idempotence", "true"},
                                       {"linger.ms", "5"},
                                       {"partitioner", "murmur2_random"},
                                       {"message.timeout.ms", "30000"}},
                                      &deliveries);

  for (const KafkaRecord& record : records) {
    void* key = record.key ? const_cast<char*>(record.key->data()) : nullptr;
    const std::size_t key_size = record.key ? record.key->size() : 0;
    void* value = record.value ? const_cast<char*>(record.value->data()) : nullptr;
    const std::size_t value_size = record.value ? record.value->size() : 0;
    while (true) {
      rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
      for (const auto& [name, content] : record.headers) {
        check(rd_kafka_header_add(headers, name.c_str(), static_cast<ssize_t>(name.size()),
                                  content ? content->data() : nullptr,
                                  content ? static_cast<ssize_t>(content->size()) : 0),
              what);
      }
      const rd_kafka_resp_err_t error =
          rd_kafka_producev(producer.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
                            RD_KAFKA_V_PARTITION(record.partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                            RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_VALUE(value, value_size),
                            RD_KAFKA_V_TIMESTAMP(std::max<std::int64_t>(record.timestamp_ms, 0)),
                            RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) break;
      rd_kafka_headers_destroy(headers);
      if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) check(error, what);
      rd_kafka_poll(producer.get(), 100);
    }
    rd_kafka_poll(producer.get(), 0);
  }
  check(rd_kafka_flush(producer.get(), kTimeoutMs + 5'000), what);
  if (deliveries.failed != 0) {
    fail(what,
         std::to_string(deliveries.failed) + " records failed, the first with: " + deliveries.first_error);
  }
}

std::vector<KafkaRecord> KafkaClient::consume_all(const std::string& topic, const std::string& isolation) {
  const std::string what = "consuming " + topic;
  const std::int32_t partitions = partition_count(topic);
  if (partitions == 0) fail(what, "there is no such topic");
  const Client consumer = make_client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap_},
                                                          {"client.id", "streams-tests-consumer"},
                                                          {"group.id", "streams-tests"},
                                                          {"enable.auto.commit", "false"},
                                                          {"enable.partition.eof", "true"},
                                                          {"isolation.level", isolation},
                                                          {"fetch.wait.max.ms", "50"}});
  check(rd_kafka_poll_set_consumer(consumer.get()), what);
  const Partitions assignment = all_partitions(topic, partitions, RD_KAFKA_OFFSET_BEGINNING);
  check(rd_kafka_assign(consumer.get(), assignment.get()), what);
  const Queue queue(rd_kafka_queue_get_consumer(consumer.get()));

  std::vector<KafkaRecord> records;
  std::int32_t ended = 0;
  std::vector<rd_kafka_message_t*> batch(1'000);
  auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kTimeoutMs);
  while (ended < partitions) {
    // The call waits for a full batch until its time is over, so that is short and the deadline is ours.
    const ssize_t count = rd_kafka_consume_batch_queue(queue.get(), 10, batch.data(), batch.size());
    const auto now = std::chrono::steady_clock::now();
    if (count > 0) {
      deadline = now + std::chrono::milliseconds(kTimeoutMs);
    } else if (count < 0 || now > deadline) {
      fail(what, "no answer");
    }
    for (ssize_t i = 0; i < count; ++i) {
      const std::unique_ptr<rd_kafka_message_t, Deleter<rd_kafka_message_destroy>> message(
          batch[static_cast<std::size_t>(i)]);
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        ++ended;
      } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        records.push_back(read_record(*message));
      }  // else: a broker that went away, which heals, or the time-out above ends it
    }
  }
  std::sort(records.begin(), records.end(), [](const KafkaRecord& a, const KafkaRecord& b) {
    return std::pair(a.partition, a.offset) < std::pair(b.partition, b.offset);
  });
  return records;
}

std::vector<KafkaRecord> KafkaClient::consume_at_least(const std::string& topic, std::size_t count,
                                                       std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    // The end offsets are cheap to ask for; markers make them run ahead of the records, never behind.
    std::size_t end = 0;
    for (const auto& [partition, offset] : end_offsets(topic)) end += static_cast<std::size_t>(offset);
    const bool late = std::chrono::steady_clock::now() >= deadline;
    if (end >= count || late) {
      std::vector<KafkaRecord> records = consume_all(topic);
      if (records.size() >= count || late) return records;
    }
    std::this_thread::sleep_for(20ms);
  }
}

std::map<std::int32_t, std::int64_t> KafkaClient::committed_offsets(const std::string& group,
                                                                    const std::string& topic) {
  const std::string what = "reading the committed offsets of " + group;
  const Partitions asked = all_partitions(topic, partition_count(topic), RD_KAFKA_OFFSET_INVALID);
  GroupOffsets request(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), asked.get()));
  rd_kafka_ListConsumerGroupOffsets_t* raw = request.get();
  const Event event = handles_->call(what, [&](auto* client, auto* options, auto* queue) {
    rd_kafka_ListConsumerGroupOffsets(client, &raw, 1, options, queue);
  });
  std::size_t count = 0;
  const auto* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
      rd_kafka_event_ListConsumerGroupOffsets_result(event.get()), &count);
  if (count != 1) fail(what, "no answer");
  if (const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[0]))
    fail(what, rd_kafka_error_string(error));
  return offsets_of(*rd_kafka_group_result_partitions(groups[0]), what);
}

std::map<std::int32_t, std::int64_t> KafkaClient::first_offsets(const std::string& topic) {
  return offsets_at(topic, RD_KAFKA_OFFSET_SPEC_EARLIEST);
}

std::map<std::int32_t, std::int64_t> KafkaClient::end_offsets(const std::string& topic) {
  return offsets_at(topic, RD_KAFKA_OFFSET_SPEC_LATEST);
}

std::map<std::int32_t, std::int64_t> KafkaClient::offsets_at(const std::string& topic, std::int64_t place) {
  const std::string what = "reading the offsets of " + topic;
  const Partitions asked = all_partitions(topic, partition_count(topic), place);
  const Event event = handles_->call(what, [&](auto* client, auto* options, auto* queue) {
    rd_kafka_ListOffsets(client, asked.get(), options, queue);
  });
  std::size_t count = 0;
  const auto* results =
      rd_kafka_ListOffsets_result_infos(rd_kafka_event_ListOffsets_result(event.get()), &count);
  std::map<std::int32_t, std::int64_t> offsets;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* result = rd_kafka_ListOffsetsResultInfo_topic_partition(results[i]);
    check(result->err, what);
    offsets[result->partition] = result->offset;
  }
  return offsets;
}

std::map<std::string, std::string> KafkaClient::topic_settings(const std::string& name) {
  const std::string what = "reading the settings of " + name;
  const ConfigResource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
  rd_kafka_ConfigResource_t* raw = resource.get();
  const Event event = handles_->call(what, [&](auto* client, auto* options, auto* queue) {
    rd_kafka_DescribeConfigs(client, &raw, 1, options, queue);
  });
  std::size_t count = 0;
  const auto* described =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  if (count != 1) fail(what, "no answer");
  check(rd_kafka_ConfigResource_error(described[0]), what);
  const auto* entries = rd_kafka_ConfigResource_configs(described[0], &count);
  std::map<std::string, std::string> settings;
  for (std::size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    settings[rd_kafka_ConfigEntry_name(entries[i])] = value == nullptr ? "" : value;
  }
  return settings;
}

void KafkaClient::delete_records(const std::string& topic,
                                 const std::map<std::int32_t, std::int64_t>& before) {
  const std::string what = "deleting records of " + topic;
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(before.size())));
  for (const auto& [partition, offset] : before) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  }
  const DeleteRecords request(rd_kafka_DeleteRecords_new(list.get()));
  rd_kafka_DeleteRecords_t* raw = request.get();
  const Event event = handles_->call(what, [&](auto* client, auto* options, auto* queue) {
    rd_kafka_DeleteRecords(client, &raw, 1, options, queue);
  });
  offsets_of(*rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get())), what);
}

void KafkaClient::add_access_rule(const AccessRule& rule) {
  using Operation = AccessRule::Operation;
  const std::string what = "adding an access rule";
  const bool all_topics = rule.topics == "*";
  std::array<char, 256> error{};
  const AclBinding binding(rd_kafka_AclBinding_new(
      rule.topics ? RD_KAFKA_RESOURCE_TOPIC : RD_KAFKA_RESOURCE_BROKER,
      rule.topics ? rule.topics->c_str() : "kafka-cluster",
      rule.topics && !all_topics ? RD_KAFKA_RESOURCE_PATTERN_PREFIXED : RD_KAFKA_RESOURCE_PATTERN_LITERAL,
      "User:*", "*",
      rule.operation == Operation::all      ? RD_KAFKA_ACL_OPERATION_ALL
      : rule.operation == Operation::create ? RD_KAFKA_ACL_OPERATION_CREATE
                                            : RD_KAFKA_ACL_OPERATION_DELETE,
      rule.allowed ? RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW : RD_KAFKA_ACL_PERMISSION_TYPE_DENY, error.data(),
      error.size()));
  if (!binding) fail(what, error.data());
  rd_kafka_AclBinding_t* raw = binding.get();
  const Event event = handles_->call(what, [&](auto* client, auto* options, auto* queue) {
    rd_kafka_CreateAcls(client, &raw, 1, options, queue);
  });
  std::size_t count = 0;
  const auto* results =
      rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event.get()), &count);
  if (count != 1) fail(what, "no answer");
  if (const rd_kafka_error_t* refused = rd_kafka_acl_result_error(results[0]))
    fail(what, rd_kafka_error_string(refused));
}

KafkaGroup KafkaClient::describe_group(const std::string& group) {
  const std::string what = "describing group " + group;
  const char* name = group.c_str();
  const Event event = handles_->call(what, [&](auto* client, auto* options, auto* queue) {
    rd_kafka_DescribeConsumerGroups(client, &name, 1, options, queue);
  });
  std::size_t count = 0;
  const auto* groups = rd_kafka_DescribeConsumerGroups_result_groups(
      rd_kafka_event_DescribeConsumerGroups_result(event.get()), &count);
  if (count != 1) fail(what, "no answer");
  KafkaGroup described;
  const rd_kafka_error_t* error = rd_kafka_ConsumerGroupDescription_error(groups[0]);
  if (error != nullptr && rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    // Kafka 4 answers with this error where older brokers describe an unknown group as dead.
    if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
      fail(what, rd_kafka_error_string(error));
    described.state = "Dead";
    return described;
  }
  described.state = rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(groups[0]));
  for (std::size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(groups[0]); ++i) {
    const auto* member = rd_kafka_ConsumerGroupDescription_member(groups[0], i);
    described.client_ids.emplace_back(rd_kafka_MemberDescription_client_id(member));
    const char* instance = rd_kafka_MemberDescription_group_instance_id(member);
    if (instance != nullptr && *instance != '\0') described.instance_ids.emplace_back(instance);
  }
  return described;
}

}  // namespace streams::tests
