#include "topic_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "handles.hpp"
#include "log_bridge.hpp"

namespace streams::kafka {

namespace {

using std::chrono::milliseconds;

void read_entry(TopicFacts& facts, std::string_view name, const char* value) {
  if (value == nullptr) return;
  if (name == "max.message.bytes") facts.max_message_bytes = std::strtoll(value, nullptr, 10);
  if (name == "cleanup.policy")
    facts.needs_key = std::string_view(value).find("compact") != std::string_view::npos;
  if (name == "message.timestamp.before.max.ms")
    facts.oldest = milliseconds(std::strtoll(value, nullptr, 10));
  if (name == "message.timestamp.after.max.ms") facts.newest = milliseconds(std::strtoll(value, nullptr, 10));
}

/// Fills in what the broker says about the topics' settings; says in the log when it does not.
void read_configs(rd_kafka_t* client, std::map<std::string, TopicFacts>& topics, milliseconds patience,
                  runtime::Log& log) {
  std::vector<ConfigResourceHandle> resources;
  std::vector<rd_kafka_ConfigResource_t*> asked;
  for (const auto& [name, facts] : topics) {
    resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    asked.push_back(resources.back().get());
  }
  const QueueHandle answers(rd_kafka_queue_new(client));
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS));
  std::array<char, 256> reason{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(patience.count()), reason.data(),
                                            reason.size());
  rd_kafka_DescribeConfigs(client, asked.data(), asked.size(), options.get(), answers.get());
  const EventHandle event(rd_kafka_queue_poll(answers.get(), static_cast<int>(patience.count()) + 500));
  const auto* result = event ? rd_kafka_event_DescribeConfigs_result(event.get()) : nullptr;
  if (result == nullptr || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    log.warning(fmt::format(
        "kafka: cannot read the topics' settings, so a record that a topic does not take stops the "
        "pipeline: {}",
        event ? rd_kafka_event_error_string(event.get()) : "no answer"));
    return;
  }
  std::size_t count = 0;
  const auto* const* described = rd_kafka_DescribeConfigs_result_resources(result, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string topic = rd_kafka_ConfigResource_name(described[i]);
    if (rd_kafka_ConfigResource_error(described[i]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      log.warning(fmt::format("kafka: cannot read the settings of topic '{}': {}", topic,
                              rd_kafka_ConfigResource_error_string(described[i])));
      continue;
    }
    TopicFacts& facts = topics.at(topic);
    std::size_t entries = 0;
    const auto* const* entry = rd_kafka_ConfigResource_configs(described[i], &entries);
    bool own_time = false;
    for (std::size_t e = 0; e < entries; ++e) {
      const std::string_view name = rd_kafka_ConfigEntry_name(entry[e]);
      const char* value = rd_kafka_ConfigEntry_value(entry[e]);
      if (name == "message.timestamp.type")
        own_time = value != nullptr && std::string_view(value) == "LogAppendTime";
      read_entry(facts, name, value);
    }
    if (own_time) facts.oldest = facts.newest = milliseconds::max();
  }
}

bool is_mock(rd_kafka_t* client) {
  char* id = rd_kafka_clusterid(client, 0);
  const bool mock = id != nullptr && std::string_view(id).starts_with("mockCluster");
  if (id != nullptr) rd_kafka_mem_free(client, id);
  return mock;
}

}  // namespace

ClusterCheck check_cluster(const Properties& probe_properties, const std::vector<std::string>& servers,
                           const std::vector<WantedTopic>& wanted, milliseconds patience, runtime::Log& log) {
  ClusterCheck check;
  const std::string address = fmt::format("{}", fmt::join(servers, ","));
  auto conf = make_conf(probe_properties);
  if (!conf.ok()) {
    check.faults.push_back(std::string(conf.status().message()));
    return check;
  }
  const LogBridge bridge(log, "kafka check of " + address);
  ClientOpaque opaque{.log = &bridge, .owner = nullptr};
  rd_kafka_conf_set_opaque(conf->get(), &opaque);
  rd_kafka_conf_set_log_cb(conf->get(), write_client_log);
  // A consumer: a producer's look at a topic may create it.
  std::array<char, 512> reason{};
  const ClientHandle client(rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), reason.data(), reason.size()));
  if (!client) {
    check.faults.push_back(fmt::format("cannot make a client for {}: {}", address, reason.data()));
    return check;
  }
  [[maybe_unused]] auto* taken_by_the_client = conf->release();

  auto left = patience;
  for (const auto& [step, name] : wanted) {
    if (check.topics.contains(name)) continue;
    const TopicHandle topic(rd_kafka_topic_new(client.get(), name.c_str(), nullptr));
    if (!topic) {
      check.faults.push_back(fmt::format(
          "'{}' cannot be the name of a topic (step '{}'); set steps_config.{}.topic", name, step, step));
      continue;
    }
    const rd_kafka_metadata_t* raw = nullptr;
    const auto code = rd_kafka_metadata(client.get(), 0, topic.get(), &raw,
                                        static_cast<int>(std::max<std::int64_t>(left.count(), 100)));
    const MetadataHandle metadata(raw);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      check.faults.push_back(
          fmt::format("no broker answers at {} (step '{}'): {}; start it, or correct "
                      "steps_config.{}.bootstrap_servers",
                      address, step, rd_kafka_err2str(code), step));
      return check;
    }
    const auto& answer = metadata->topics[0];
    if (answer.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        answer.err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
      check.faults.push_back(
          fmt::format("topic '{}' does not exist on {} (step '{}'); create it or set "
                      "steps_config.{}.topic",
                      name, address, step, step));
    } else if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR &&
               answer.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) {
      check.faults.push_back(fmt::format("topic '{}' on {} cannot be used (step '{}'): {}", name, address,
                                         step, rd_kafka_err2str(answer.err)));
    } else {
      check.topics[name].partitions = answer.partition_cnt;
    }
  }
  if (check.faults.empty() && !is_mock(client.get()))
    read_configs(client.get(), check.topics, milliseconds(2000), log);
  return check;
}

}  // namespace streams::kafka
