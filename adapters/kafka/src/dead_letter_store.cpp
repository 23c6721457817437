#include "dead_letter_store.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <streams/runtime/dead_letter.hpp>

#include "client_config.hpp"
#include "ledger_topic.hpp"
#include "message_headers.hpp"
#include "redrive_transaction.hpp"
#include "topic_check.hpp"
#include "topic_reader.hpp"

namespace streams::kafka {

namespace {

using namespace std::chrono_literals;
using runtime::DeadLetterContext;
using runtime::DeadLetterRange;
using runtime::LedgerEntry;
using runtime::PlannedSink;

constexpr std::uint64_t kMemory = 64U << 20U;

Headers headers_of(const rd_kafka_message_t& message) {
  Headers headers;
  for_each_header(message, [&](std::string_view name, const char* value, std::size_t size) {
    headers.add(std::string(name), copy_of(value, size));
  });
  return headers;
}

/// Where an entry stands is its key, as `partition/offset`.
LedgerEntry entry_of(const rd_kafka_message_t& message) {
  const std::string_view key(static_cast<const char*>(message.key), message.key_len);
  LedgerEntry entry;
  entry.record.assign(static_cast<const char*>(message.payload), message.len);
  const std::size_t middle = std::min(key.find('/'), key.size());
  entry.partition = std::atoi(std::string(key.substr(0, middle)).c_str());
  entry.offset = std::atoll(std::string(key.substr(std::min(middle + 1, key.size()))).c_str());
  return entry;
}

class KafkaDeadLetters final : public runtime::DeadLetterStore {
 public:
  explicit KafkaDeadLetters(const DeadLetterContext& context)
      : context_(context),
        queue_(context.segment.sinks[context.source.dead_letters->sink]),
        ledger_(queue_.topic + std::string(runtime::dead_letter::kLedgerEnding)) {}

  absl::Status check() const {
    std::vector<std::string> faults = property_faults(settings_of_queue());
    for (auto& fault : property_faults(settings_of_source())) faults.push_back(std::move(fault));
    if (!faults.empty()) return absl::InvalidArgumentError(fmt::format("{}", fmt::join(faults, "\n")));
    return look_at_queue(queue_.topic).status();
  }

  absl::StatusOr<std::vector<DeadLetterRange>> ranges() override {
    auto reader = open_reader();
    if (!reader.ok()) return reader.status();
    return (*reader)->ranges(queue_.topic);
  }

  absl::Status read(std::span<const DeadLetterRange> ranges,
                    const std::function<bool(const Message<Bytes>& record)>& record) override {
    auto reader = open_reader();
    if (!reader.ok()) return reader.status();
    return (*reader)->read(queue_.topic, ranges, [&](const rd_kafka_message_t& message) {
      Envelope envelope;
      envelope.key = copy_of(message.key, message.key_len);
      envelope.headers = headers_of(message);
      rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
      envelope.timestamp = Timestamp(std::chrono::milliseconds(rd_kafka_message_timestamp(&message, &type)));
      envelope.origin = {queue_.topic, message.partition, message.offset};
      return record(Message<Bytes>(copy_of(message.payload, message.len), std::move(envelope)));
    });
  }

  absl::Status read_ledger(const std::function<void(const LedgerEntry& entry)>& entry) override {
    auto reader = open_reader();
    if (!reader.ok()) return reader.status();
    const auto ranges = (*reader)->ranges(ledger_);
    if (!ranges.ok()) return ranges.status();
    return (*reader)->read(ledger_, *ranges, [&](const rd_kafka_message_t& message) {
      if (message.key != nullptr && message.payload != nullptr) entry(entry_of(message));
      return true;
    });
  }

  absl::StatusOr<std::unique_ptr<runtime::DeadLetterRedrive>> open_redrive(bool at_least_once) override {
    const auto source = look_at_target({.step = step(), .topic = context_.source.topic},
                                       context_.source.bootstrap_servers, settings_of_source());
    if (!source.ok()) return source.status();
    std::vector<LookedAt> internal_topics;
    for (const PlannedSink& sink : context_.plan.whole.sinks) {
      if (!sink.internal || !is_fed(context_.plan.internal_topics[*sink.internal])) continue;
      auto topic = look_at_target({.step = sink.name, .topic = sink.topic, .internal = true},
                                  sink.bootstrap_servers, settings_of(sink));
      if (!topic.ok()) return topic.status();
      if (topic->facts.partitions > 0) internal_topics.push_back(*std::move(topic));
    }
    for (const LookedAt& topic : internal_topics) {
      if (!topic.at_queue && !at_least_once) return two_clusters(topic);
    }
    if (!source->at_queue && !at_least_once) return two_clusters(*source);
    if (absl::Status status = prepare_ledger(); !status.ok()) return status;
    Limits limits;
    limits.add(source->facts);
    for (const LookedAt& topic : internal_topics) limits.add(topic.facts);
    RedrivePlan plan{.pipeline = context_.plan.pipeline,
                     .queue = queue_.topic,
                     .ledger = ledger_,
                     .ledger_client = producer(queue_.bootstrap_servers, settings_of_queue(), limits),
                     .source = target(*source)};
    for (const LookedAt& topic : internal_topics) plan.internal_topics.push_back(target(topic));
    return kafka::open_redrive(plan, context_.log, context_.stop);
  }

 private:
  /// A topic that may be written to.
  struct LookedAt {
    std::string topic;
    std::vector<std::string> servers;
    ClientSettings settings;
    TopicFacts facts{};    ///< without partitions: it does not exist
    bool at_queue = true;  ///< on the queue's cluster
  };

  /// What all topics of one producer take.
  struct Limits {
    std::int64_t largest = 0;
    std::int64_t smallest = 0;
    void add(const TopicFacts& facts) {
      if (facts.max_message_bytes <= 0) return;
      largest = std::max(largest, facts.max_message_bytes);
      smallest = smallest == 0 ? facts.max_message_bytes : std::min(smallest, facts.max_message_bytes);
    }
  };

  /// Whether records of the source come through it.
  bool is_fed(const runtime::InternalTopic& topic) const {
    return std::any_of(topic.feeds.begin(), topic.feeds.end(), [&](std::size_t feed) {
      return context_.plan.sources[feed].node == context_.source.node;
    });
  }

  RedriveTopic target(const LookedAt& topic) const {
    RedriveTopic target{.name = topic.topic, .partitions = topic.facts.partitions};
    Limits limits;
    limits.add(topic.facts);
    if (!topic.at_queue) target.client = producer(topic.servers, topic.settings, limits);
    return target;
  }

  const std::string& step() const { return context_.plan.graph.nodes()[context_.source.node].name; }
  ClientSettings settings_of(const PlannedSink& sink) const {
    return {sink.name, &sink.additional_settings, &context_.plan.adapters.kafka.override_params,
            &sink.override_params, security_in_force(sink.security, context_.plan.adapters)};
  }
  ClientSettings settings_of_queue() const { return settings_of(queue_); }
  ClientSettings settings_of_source() const {
    return {step(), &context_.source.additional_settings, &context_.plan.adapters.kafka.override_params,
            &context_.source.override_params,
            security_in_force(context_.source.security, context_.plan.adapters)};
  }

  ClientTraits traits(ClientKind kind, const std::vector<std::string>& servers) const {
    ClientTraits traits;
    traits.kind = kind;
    traits.bootstrap_servers = servers;
    traits.client_id = fmt::format("streams-{}-dlq", context_.plan.pipeline);
    traits.memory = kMemory;
    // A name that the cluster knows; nothing is joined and nothing committed.
    traits.group = context_.source.group;
    return traits;
  }

  absl::StatusOr<std::unique_ptr<TopicReader>> open_reader() const {
    return open_reader(queue_.bootstrap_servers, settings_of_queue());
  }
  absl::StatusOr<std::unique_ptr<TopicReader>> open_reader(const std::vector<std::string>& servers,
                                                           const ClientSettings& settings) const {
    return TopicReader::make(client_properties(traits(ClientKind::consumer, servers), settings),
                             "kafka dead letters of " + step(), context_.log, context_.stop);
  }

  Properties producer(const std::vector<std::string>& servers, const ClientSettings& settings,
                      const Limits& limits) const {
    ClientTraits wanted = traits(ClientKind::producer, servers);
    wanted.largest_message = limits.largest;
    wanted.smallest_limit = limits.smallest;
    return client_properties(wanted, settings);
  }

  absl::Status two_clusters(const LookedAt& topic) const {
    return absl::FailedPreconditionError(fmt::format(
        "{0} '{1}' {2} {3} and {4} dead letter queue is at {5}, another cluster: no "
        "transaction covers "
        "both, so a redrive that is killed would write the records of its last batch once more when it is "
        "repeated; "
        "give --at-least-once if the pipeline can take that",
        topic.topic == context_.source.topic ? "the source" : "internal topic", topic.settings.step,
        topic.topic == context_.source.topic ? "reads from" : "is at", fmt::join(topic.servers, ","),
        topic.topic == context_.source.topic ? "its" : "the", fmt::join(queue_.bootstrap_servers, ",")));
  }

  absl::StatusOr<LookedAt> look_at_target(const WantedTopic& wanted, const std::vector<std::string>& servers,
                                          const ClientSettings& settings) const {
    const auto check = look_at(servers, settings, wanted);
    if (!check.ok()) return check.status();
    LookedAt topic{.topic = wanted.topic, .servers = servers, .settings = settings};
    if (const auto facts = check->topics.find(wanted.topic); facts != check->topics.end())
      topic.facts = facts->second;
    const auto same = is_at_queue(servers, *check);
    if (!same.ok()) return same.status();
    topic.at_queue = *same;
    return topic;
  }

  absl::StatusOr<ClusterCheck> look_at(const std::vector<std::string>& servers,
                                       const ClientSettings& settings, const WantedTopic& topic) const {
    ClusterCheck check = check_cluster(client_properties(traits(ClientKind::probe, servers), settings),
                                       servers, {topic}, 8s, context_.log);
    if (!check.faults.empty())
      return absl::UnavailableError(fmt::format("{}", fmt::join(check.faults, "\n")));
    return check;
  }
  absl::StatusOr<ClusterCheck> look_at_queue(const std::string& topic) const {
    return look_at(queue_.bootstrap_servers, settings_of_queue(), {queue_.name, topic});
  }

  /// Two addresses may be one cluster: then it says the same id at both.
  absl::StatusOr<bool> is_at_queue(const std::vector<std::string>& servers, const ClusterCheck& there) const {
    if (queue_.bootstrap_servers == servers) return true;
    const auto queue = look_at_queue(queue_.topic);
    if (!queue.ok()) return queue.status();
    return !there.id.empty() && there.id == queue->id;
  }

  absl::Status prepare_ledger() const {
    auto reader = open_reader();
    if (!reader.ok()) return reader.status();
    const auto partitions = (*reader)->partitions(ledger_);
    if (!partitions.ok()) return partitions.status();
    if (*partitions == 0) {
      if (absl::Status status = create_ledger_topic((*reader)->client(), ledger_, context_.stop);
          !status.ok())
        return status;
      context_.log.info(fmt::format("created topic '{}', the ledger of what was redriven", ledger_));
    }
    const auto check = look_at_queue(ledger_);
    if (!check.ok()) return check.status();
    const TopicFacts& facts = check->topics.at(ledger_);
    const bool known = facts.max_message_bytes > 0;
    if (!known || facts.needs_key) return absl::OkStatus();
    return absl::InvalidArgumentError(fmt::format(
        "topic '{}' is the ledger of what was redriven, and its entries would be deleted in time: set "
        "cleanup.policy=compact for it",
        ledger_));
  }

  DeadLetterContext context_;
  const PlannedSink& queue_;
  std::string ledger_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::DeadLetterStore>> open_dead_letters(
    const DeadLetterContext& context) {
  auto store = std::make_unique<KafkaDeadLetters>(context);
  if (absl::Status status = store->check(); !status.ok()) return status;
  return store;
}

}  // namespace streams::kafka
