#include "internal_topics.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "logged_client.hpp"

namespace streams::kafka {

namespace {

struct Setting {
  std::string_view name;
  std::string_view value;
};

/// 2^63 - 1: what brokers call "no bound" for times.
constexpr std::string_view kNoBound = "9223372036854775807";
/// Disk space is given back by whole segments of the log.
constexpr Setting kSmallSegments{"segment.bytes", "52428800"};
constexpr std::array kPromised{Setting{"cleanup.policy", "delete"}, Setting{"retention.ms", "-1"},
                               Setting{"retention.bytes", "-1"},
                               Setting{"message.timestamp.type", "CreateTime"}};
constexpr std::array kTimeBounds{Setting{"message.timestamp.before.max.ms", kNoBound},
                                 Setting{"message.timestamp.after.max.ms", kNoBound}};
/// Before Kafka 3.6 there was one bound for both.
constexpr Setting kOldTimeBound{"message.timestamp.difference.max.ms", kNoBound};

void add(NewTopic& topic, const Setting& setting) {
  topic.settings.emplace_back(setting.name, setting.value);
}

/// The same topic for a broker that does not know the newer bounds on times.
NewTopic for_older_broker(NewTopic topic) {
  std::erase_if(topic.settings, [](const auto& setting) {
    return std::any_of(kTimeBounds.begin(), kTimeBounds.end(),
                       [&](const Setting& bound) { return bound.name == setting.first; });
  });
  add(topic, kOldTimeBound);
  return topic;
}

bool is_refusal(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
}

std::string not_created(const NewTopic& topic, const std::string& address, const TopicCreation& creation) {
  std::string text = fmt::format("internal topic '{}' does not exist on {} and cannot be created: {}",
                                 topic.name, address, creation.reason);
  switch (creation.code) {
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
      return text + "; set pipeline.internal_topics.replication_factor to what the cluster has brokers for";
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
      return text + "; set pipeline.internal_topics.partitions";
    default:
      return text +
             fmt::format("; {}let somebody who may create it: {}",
                         is_refusal(creation.code) ? "allow this client the operation Create on it, or " : "",
                         creation_command(topic, address));
  }
}

}  // namespace

NewTopic new_internal_topic(const runtime::InternalTopic& topic, std::int32_t partitions) {
  NewTopic made{.name = topic.name, .partitions = partitions};
  if (topic.replication_factor) made.replication_factor = static_cast<int>(*topic.replication_factor);
  for (const Setting& setting : kPromised) add(made, setting);
  for (const Setting& setting : kTimeBounds) add(made, setting);
  add(made, kSmallSegments);
  return made;
}

std::string creation_command(const NewTopic& topic, const std::string& address) {
  std::string text = fmt::format("kafka-topics.sh --bootstrap-server {} --create --topic {} --partitions {}",
                                 address, topic.name, topic.partitions);
  if (topic.replication_factor > 0) text += fmt::format(" --replication-factor {}", topic.replication_factor);
  for (const auto& [name, value] : topic.settings) text += fmt::format(" --config {}={}", name, value);
  return text;
}

std::optional<std::string> internal_topic_fault(const runtime::InternalTopic& topic,
                                                const TopicFacts& facts) {
  const std::string address = fmt::format("{}", fmt::join(topic.bootstrap_servers, ","));
  std::string fault;
  if (topic.partitions && static_cast<std::int64_t>(*topic.partitions) != facts.partitions) {
    fault = fmt::format(
        "internal topic '{}' on {} has {} partitions, and pipeline.internal_topics.partitions is {}: set it "
        "to {}, "
        "or, since another number puts keys elsewhere, stop what writes to the topic, let what reads it "
        "finish, stop "
        "that too and delete the topic: it is made anew",
        topic.name, address, facts.partitions, *topic.partitions, facts.partitions);
  }
  std::vector<std::string> found;
  std::vector<std::string> wanted;
  const auto judge = [&](const Setting& setting) {
    const auto told = facts.settings.find(std::string(setting.name));
    if (told == facts.settings.end() || told->second == setting.value) return;
    found.push_back(fmt::format("{}={}", setting.name, told->second));
    wanted.push_back(fmt::format("{}={}", setting.name, setting.value));
  };
  for (const Setting& setting : kPromised) judge(setting);
  for (const Setting& setting : kTimeBounds) judge(setting);
  judge(kOldTimeBound);
  if (!found.empty()) {
    if (!fault.empty()) fault += '\n';
    fault += fmt::format(
        "internal topic '{0}' on {1} has {2}, so records could go before they are read; set it right: "
        "kafka-configs.sh --bootstrap-server {1} --alter --entity-type topics --entity-name {0} --add-config "
        "{3}",
        topic.name, address, fmt::join(found, ", "), fmt::join(wanted, ","));
  }
  return fault.empty() ? std::nullopt : std::optional(fault);
}

std::vector<std::string> create_internal_topics(const Properties& properties, const std::string& address,
                                                std::span<const NewTopic> topics,
                                                std::chrono::milliseconds patience, runtime::Log& log) {
  auto client = LoggedClient::make(RD_KAFKA_CONSUMER, properties, "kafka internal topics on " + address, log);
  if (!client.ok()) return {std::string(client.status().message())};
  const auto never = [] { return false; };
  std::vector<std::string> faults;
  for (const NewTopic& topic : topics) {
    TopicCreation creation = create_topic((*client)->get(), topic, patience, never);
    if (creation.code == RD_KAFKA_RESP_ERR_INVALID_CONFIG) {
      const TopicCreation older = create_topic((*client)->get(), for_older_broker(topic), patience, never);
      if (older.code != RD_KAFKA_RESP_ERR_INVALID_CONFIG) creation = older;
    }
    if (!creation.reason.empty()) {
      faults.push_back(not_created(topic, address, creation));
    } else if (creation.by_us) {
      log.info(
          fmt::format("kafka: created internal topic '{}' with {} partitions", topic.name, topic.partitions));
    }
  }
  return faults;
}

}  // namespace streams::kafka
