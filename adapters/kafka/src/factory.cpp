#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <streams/kafka/kafka.hpp>

#include "client_config.hpp"
#include "dead_letter_store.hpp"
#include "embedded_broker.hpp"
#include "internal_topics.hpp"
#include "membership.hpp"
#include "sink.hpp"
#include "source.hpp"
#include "topic_check.hpp"
#include "waiter.hpp"

// All wiring of the adapter: which clients a worker has, what each is made of, and who shares what.

namespace streams::kafka {

namespace {

using runtime::Plan;
using runtime::PlannedSink;
using runtime::PlannedSource;
using runtime::Segment;

constexpr std::chrono::milliseconds kCheckTime{8000};

/// Shares of `memory.budget`. The rest is the engine's: records taken and not finished yet.
constexpr std::uint64_t prefetch_share(std::uint64_t budget) {
  return budget / 4;
}
constexpr std::uint64_t producer_share(std::uint64_t budget) {
  return budget / 4;
}

bool same(const runtime::Params& a, const runtime::Params& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.name == y.name && x.value == y.value; });
}

/// Sources that one consumer reads: the same cluster, group and properties.
struct MemberGroup {
  std::vector<const PlannedSource*> sources;
  const PlannedSource& first() const { return *sources.front(); }
};

/// Sinks that one producer serves: the same cluster and properties.
struct ProducerGroup {
  std::vector<std::size_t> sinks;
};

class KafkaAdapter final : public runtime::Adapter {
 public:
  explicit KafkaAdapter(const runtime::AdapterContext& context)
      : clock_(*context.clock), log_(*context.log) {}

  absl::Status prepare(const Plan& plan, const Segment& segment) override {
    plan_ = &plan;
    segment_ = &segment;
    group_sources();
    group_sinks();
    std::vector<std::string> faults = find_property_faults();
    if (faults.empty()) check_clusters(faults);
    if (!faults.empty()) return absl::FailedPreconditionError(fmt::format("{}", fmt::join(faults, "\n")));
    claim_slots();
    return absl::OkStatus();
  }

  absl::StatusOr<runtime::WorkerIo> open_worker(std::size_t worker) override {
    auto waiter = KafkaWaiter::make(clock_);
    if (!waiter.ok()) return waiter.status();
    runtime::WorkerIo io;
    io.sink =
        std::make_unique<KafkaSink>(producer_plans(worker), sink_plans(), headers_, **waiter, clock_, log_);
    const MemberTools tools{.log = &log_,
                            .clock = &clock_,
                            .waiter = waiter->get(),
                            .headers = &headers_,
                            .next_partition_id = nullptr};
    io.source = std::make_unique<KafkaSource>(member_plans(worker), tools);
    io.waiter = *std::move(waiter);
    return io;
  }

 private:
  const std::string& step_of(std::size_t node) const { return plan_->graph.nodes()[node].name; }

  ClientSettings settings_of(const PlannedSource& source) const {
    return {step_of(source.node), &source.additional_settings, &plan_->adapters.kafka.override_params,
            &source.override_params, security_in_force(source.security, plan_->adapters)};
  }
  ClientSettings settings_of(const PlannedSink& sink) const {
    return {sink.name, &sink.additional_settings, &plan_->adapters.kafka.override_params,
            &sink.override_params, security_in_force(sink.security, plan_->adapters)};
  }

  void group_sources() {
    for (const auto& source : segment_->sources) {
      const auto fits = [&](const MemberGroup& group) {
        return group.first().bootstrap_servers == source.bootstrap_servers &&
               group.first().group == source.group &&
               same(group.first().additional_settings, source.additional_settings) &&
               same(group.first().override_params, source.override_params) &&
               group.first().security == source.security;
      };
      const auto found = std::find_if(members_.begin(), members_.end(), fits);
      if (found == members_.end())
        members_.push_back({{&source}});
      else
        found->sources.push_back(&source);
    }
  }

  void group_sinks() {
    for (std::size_t i = 0; i < segment_->sinks.size(); ++i) {
      const auto& sink = segment_->sinks[i];
      const auto fits = [&](const ProducerGroup& group) {
        const auto& first = segment_->sinks[group.sinks.front()];
        return first.bootstrap_servers == sink.bootstrap_servers &&
               same(first.additional_settings, sink.additional_settings) &&
               same(first.override_params, sink.override_params) && first.security == sink.security;
      };
      const auto found = std::find_if(producers_.begin(), producers_.end(), fits);
      if (found == producers_.end())
        producers_.push_back({{i}});
      else
        found->sinks.push_back(i);
    }
  }

  std::vector<std::string> find_property_faults() const {
    std::vector<std::string> faults;
    const auto add = [&faults](const ClientSettings& settings) {
      for (auto& fault : property_faults(settings))
        if (std::find(faults.begin(), faults.end(), fault) == faults.end())
          faults.push_back(std::move(fault));
    };
    for (const auto& source : segment_->sources) add(settings_of(source));
    for (const auto& sink : segment_->sinks) add(settings_of(sink));
    return faults;
  }

  /// A cluster that is asked in two ways is checked in both: each may have its own fault.
  struct Cluster {
    std::vector<std::string> servers;
    ClientSettings settings;
    std::vector<WantedTopic> wanted;
  };

  std::vector<Cluster> find_clusters() const {
    std::vector<Cluster> clusters;
    const auto want = [&](const std::vector<std::string>& servers, const ClientSettings& settings,
                          const std::string& topic, std::optional<std::size_t> internal) {
      const auto fits = [&](const Cluster& cluster) {
        return cluster.servers == servers && connect_alike(cluster.settings, settings);
      };
      auto cluster = std::find_if(clusters.begin(), clusters.end(), fits);
      if (cluster == clusters.end()) cluster = clusters.insert(cluster, {servers, settings, {}});
      cluster->wanted.push_back({.step = settings.step,
                                 .topic = topic,
                                 .internal = internal.has_value(),
                                 .servers_key = internal ? servers_key_of(*internal) : std::string()});
    };
    for (const auto& source : segment_->sources)
      want(source.bootstrap_servers, settings_of(source), source.topic, source.internal);
    for (const auto& sink : segment_->sinks)
      want(sink.bootstrap_servers, settings_of(sink), sink.topic, sink.internal);
    return clusters;
  }

  /// Where the deployment names the brokers of an internal topic.
  std::string servers_key_of(std::size_t internal) const {
    const runtime::InternalTopic& topic = plan_->internal_topics[internal];
    for (const std::size_t feed : topic.feeds) {
      if (plan_->sources[feed].bootstrap_servers == topic.bootstrap_servers)
        return fmt::format("steps_config.{}.bootstrap_servers", step_of(plan_->sources[feed].node));
    }
    return "pipeline.internal_topics.bootstrap_servers";
  }

  Properties probe_properties(const std::vector<std::string>& servers, const ClientSettings& settings) const {
    ClientTraits traits;
    traits.bootstrap_servers = servers;
    traits.client_id = client_id("check", 0);
    traits.session_timeout = session_timeout();
    return client_properties(traits, settings);
  }

  /// Returns the internal topics that do not exist.
  std::vector<std::string> check(const Cluster& cluster, std::chrono::milliseconds patience,
                                 std::vector<std::string>& faults) {
    auto check = check_cluster(probe_properties(cluster.servers, cluster.settings), cluster.servers,
                               cluster.wanted, patience, log_);
    faults.insert(faults.end(), check.faults.begin(), check.faults.end());
    for (auto& [topic, facts] : check.topics) facts_[{cluster.servers, topic}] = facts;
    return check.missing;
  }

  void check_clusters(std::vector<std::string>& faults) {
    const std::vector<Cluster> clusters = find_clusters();
    const auto patience = kCheckTime / std::max<std::size_t>(1, clusters.size());
    std::vector<std::vector<std::string>> missing;
    for (const Cluster& cluster : clusters) missing.push_back(check(cluster, patience, faults));
    for (std::size_t i = 0; i < clusters.size() && faults.empty(); ++i) {
      if (!missing[i].empty()) create_missing(clusters[i], missing[i], patience, faults);
    }
    if (!faults.empty()) return;
    for (const runtime::InternalTopic& topic : plan_->internal_topics) {
      const auto facts = facts_.find({topic.bootstrap_servers, topic.name});
      if (facts == facts_.end()) continue;
      if (auto fault = internal_topic_fault(topic, facts->second)) faults.push_back(*std::move(fault));
    }
  }

  void create_missing(const Cluster& cluster, const std::vector<std::string>& missing,
                      std::chrono::milliseconds patience, std::vector<std::string>& faults) {
    std::vector<NewTopic> topics;
    for (const runtime::InternalTopic& topic : plan_->internal_topics) {
      if (topic.bootstrap_servers != cluster.servers ||
          std::find(missing.begin(), missing.end(), topic.name) == missing.end())
        continue;
      const std::int32_t partitions = partitions_of(topic, patience, faults);
      if (partitions > 0) topics.push_back(new_internal_topic(topic, partitions));
    }
    if (!faults.empty()) return;
    faults =
        create_internal_topics(probe_properties(cluster.servers, cluster.settings),
                               fmt::format("{}", fmt::join(cluster.servers, ",")), topics, patience, log_);
    if (!faults.empty()) return;
    Cluster again{cluster.servers, cluster.settings, {}};
    for (const NewTopic& topic : topics) again.wanted.push_back({cluster.settings.step, topic.name});
    check(again, patience, faults);
  }

  /// As configured, or as many as the topics that feed it have at most; 0: that cannot be known.
  std::int32_t partitions_of(const runtime::InternalTopic& topic, std::chrono::milliseconds patience,
                             std::vector<std::string>& faults) {
    if (topic.partitions) return static_cast<std::int32_t>(*topic.partitions);
    std::int32_t most = 0;
    for (const std::size_t feed : topic.feeds) {
      const PlannedSource& source = plan_->sources[feed];
      const auto place = std::pair(source.bootstrap_servers, source.topic);
      if (!facts_.contains(place)) {
        const ClientSettings settings = settings_of(source);
        std::vector<std::string> asked;
        check({source.bootstrap_servers, settings, {{settings.step, source.topic}}}, patience, asked);
        if (!asked.empty()) {
          faults.push_back(
              fmt::format("internal topic '{}' does not exist yet, and is to have as many partitions as "
                          "the topic of '{}': {}; or set pipeline.internal_topics.partitions",
                          topic.name, settings.step, asked.front()));
          return 0;
        }
      }
      most = std::max(most, facts_[place].partitions);
    }
    return most;
  }

  void claim_slots() {
    const auto& kafka = plan_->adapters.kafka;
    if (kafka.membership != runtime::Membership::kStatic) return;
    const std::string folder = kafka.lock_dir.value_or(default_lock_folder());
    for (const auto& member : members_) {
      const std::string& group = member.first().group;
      if (slots_.contains(group)) continue;
      auto slot = claim_slot(folder, group);
      if (slot.ok()) {
        slots_.emplace(group, *std::move(slot));
      } else {
        log_.warning(fmt::format(
            "kafka: group '{}' is joined as a dynamic member, so a restart after a kill waits for the "
            "session time-out: {}; set adapter_config.kafka.lock_dir to a folder that can be written",
            group, std::string(slot.status().message())));
      }
    }
  }

  std::chrono::milliseconds session_timeout() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(plan_->adapters.kafka.session_timeout);
  }

  std::string client_id(std::string_view what, std::size_t worker) const {
    return fmt::format("streams-{}-{}-{}", plan_->pipeline, what, worker);
  }

  std::vector<MemberPlan> member_plans(std::size_t worker) const {
    std::vector<MemberPlan> plans;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const PlannedSource& first = members_[i].first();
      MemberPlan plan;
      plan.name = fmt::format("kafka source {}/{}", step_of(first.node), worker);
      for (const auto* source : members_[i].sources)
        plan.topics.push_back({.step = step_of(source->node),
                               .name = source->topic,
                               .reset = source->auto_offset_reset,
                               .strict = source->strict_offset_reset,
                               .source = static_cast<std::size_t>(source - segment_->sources.data()),
                               .purged = source->internal.has_value()});
      plan.traits.kind = ClientKind::consumer;
      plan.traits.bootstrap_servers = first.bootstrap_servers;
      plan.traits.client_id = client_id(step_of(first.node), worker);
      plan.traits.memory = prefetch_share(plan_->memory_budget) / segment_->workers / members_.size();
      plan.traits.group = first.group;
      plan.traits.session_timeout = session_timeout();
      plan.traits.siblings = segment_->workers * static_cast<std::uint32_t>(members_.size());
      // A process's members of one group are told apart by worker, and by consumer where a worker has
      // several.
      if (const auto slot = slots_.find(first.group); slot != slots_.end())
        plan.traits.instance_id =
            instance_id(own_identity(), slot->second.number(), worker * members_.size() + i);
      plan.settings = settings_of(first);
      plans.push_back(std::move(plan));
    }
    return plans;
  }

  std::vector<ProducerPlan> producer_plans(std::size_t worker) const {
    std::vector<ProducerPlan> plans;
    for (const auto& group : producers_) {
      const PlannedSink& first = segment_->sinks[group.sinks.front()];
      ClientTraits traits;
      traits.kind = ClientKind::producer;
      traits.bootstrap_servers = first.bootstrap_servers;
      traits.client_id = client_id(first.name, worker);
      traits.memory = producer_share(plan_->memory_budget) / segment_->workers / producers_.size();
      traits.siblings = segment_->workers * static_cast<std::uint32_t>(producers_.size());
      for (const std::size_t sink : group.sinks) {
        const auto limit = facts_of(segment_->sinks[sink]).max_message_bytes;
        traits.largest_message = std::max(traits.largest_message, limit);
        if (limit > 0)
          traits.smallest_limit = traits.smallest_limit == 0 ? limit : std::min(traits.smallest_limit, limit);
      }
      plans.push_back({fmt::format("kafka sink {}/{}", first.name, worker),
                       client_properties(traits, settings_of(first))});
    }
    return plans;
  }

  std::vector<SinkPlan> sink_plans() const {
    std::vector<SinkPlan> plans;
    plans.reserve(segment_->sinks.size());
    for (const auto& sink : segment_->sinks)
      plans.push_back({.step = sink.name, .topic = sink.topic, .producer = 0, .facts = facts_of(sink)});
    for (std::size_t producer = 0; producer < producers_.size(); ++producer)
      for (const std::size_t sink : producers_[producer].sinks) plans[sink].producer = producer;
    return plans;
  }

  TopicFacts facts_of(const PlannedSink& sink) const {
    const auto found = facts_.find({sink.bootstrap_servers, sink.topic});
    return found == facts_.end() ? TopicFacts{} : found->second;
  }

  const runtime::Clock& clock_;
  runtime::Log& log_;
  const Plan* plan_ = nullptr;
  const Segment* segment_ = nullptr;
  MessageHeaderReader headers_;
  std::vector<MemberGroup> members_;
  std::vector<ProducerGroup> producers_;
  std::map<std::pair<std::vector<std::string>, std::string>, TopicFacts> facts_;
  std::map<std::string, Slot> slots_;  ///< by group
};

}  // namespace

runtime::AdapterFactory adapter() {
  return {
      .name = "kafka",
      .about = "sources and sinks are topics of Kafka clusters",
      .version = fmt::format("librdkafka {}", rd_kafka_version_str()),
      .make = [](const runtime::AdapterContext& context) { return std::make_unique<KafkaAdapter>(context); },
      .embedded_broker = make_embedded_broker,
      .dead_letters = open_dead_letters};
}

}  // namespace streams::kafka
