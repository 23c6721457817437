#include "topic_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "connection_fault.hpp"
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
      if (value != nullptr) facts.settings.emplace(name, value);
    }
    if (own_time) facts.oldest = facts.newest = milliseconds::max();
  }
}

/// What the cluster calls itself, as far as the client has heard of it.
std::string id_of_cluster(rd_kafka_t* client) {
  char* raw = rd_kafka_clusterid(client, 0);
  if (raw == nullptr) return {};
  std::string id = raw;
  rd_kafka_mem_free(client, raw);
  return id;
}

/// What librdkafka's threads say beside its events.
class Notes {
 public:
  void certificate(int error) { certificate_ = error; }
  int certificate() const { return certificate_; }

  void failure(std::string_view text) {
    const std::lock_guard lock(mutex_);
    failure_ = text;
  }
  /// The latest since the last call; empty when there is none.
  std::string take_failure() {
    const std::lock_guard lock(mutex_);
    return std::exchange(failure_, {});
  }

 private:
  std::atomic<int> certificate_{0};
  std::mutex mutex_;
  std::string failure_;
};

/// For librdkafka: notes what is wrong with a broker's certificate and leaves the verdict as it is.
int see_certificate(rd_kafka_t* /*client*/, const char* /*broker*/, std::int32_t /*id*/, int* error,
                    int /*depth*/, const char* /*certificate*/, std::size_t /*size*/, char* text,
                    std::size_t text_size, void* opaque) noexcept {
  if (*error == 0) return 1;
  static_cast<Notes*>(static_cast<const ClientOpaque*>(opaque)->owner)->certificate(*error);
  if (text_size > 0) *text = '\0';
  return 0;
}

/// For librdkafka: connections that the other side ended are in its log alone.
void see_log(const rd_kafka_t* client, int level, const char* facility, const char* text) noexcept {
  write_client_log(client, level, facility, text);
  const auto* opaque =
      client == nullptr ? nullptr : static_cast<const ClientOpaque*>(rd_kafka_opaque(client));
  if (opaque != nullptr && std::string_view(facility) == "FAIL")
    static_cast<Notes*>(opaque->owner)->failure(text);
}

/// Asks for a topic until somebody answers, or it is clear that nobody will.
class FirstAnswer {
 public:
  FirstAnswer(rd_kafka_t* client, const Properties& properties, Notes& notes)
      : client_(client), properties_(properties), notes_(notes), events_(rd_kafka_queue_get_main(client)) {}

  /// Null: `fault` says why.
  MetadataHandle wait_for(rd_kafka_topic_t* topic, milliseconds patience) {
    // One broker of several may have a fault of its own: the others get this time to answer.
    constexpr milliseconds kOthers{1500}, kOthersAfterAGuess{5000};
    auto slice = milliseconds(250);
    auto end = Clock::now() + patience;
    while (true) {
      const auto left = std::max(milliseconds(100), std::chrono::ceil<milliseconds>(end - Clock::now()));
      const rd_kafka_metadata_t* raw = nullptr;
      const auto code =
          rd_kafka_metadata(client_, 0, topic, &raw, static_cast<int>(std::min(slice, left).count()));
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return MetadataHandle(raw);
      const bool knew = fault_.has_value();
      take_errors();
      if (fault_ && !knew)
        end = std::min(end, Clock::now() + (fault_->certain ? kOthers : kOthersAfterAGuess));
      if (Clock::now() >= end) {
        if (reason_.empty()) reason_ = rd_kafka_err2str(code);
        return {};
      }
      slice *= 2;
    }
  }

  std::string fault(const std::string& address, const WantedTopic& wanted) const {
    if (fault_)
      return fmt::format("cannot connect to {} (step '{}'): {}", address, wanted.step, fault_->text);
    return fmt::format(
        "no broker answers at {} (step '{}'): {}; start it, or correct {}", address, wanted.step, reason_,
        wanted.servers_key.empty() ? fmt::format("steps_config.{}.bootstrap_servers", wanted.step)
                                   : wanted.servers_key);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void take_errors() {
    // A call that came back at once must not become a loop that spins.
    milliseconds wait{50};
    while (const EventHandle event{rd_kafka_queue_poll(events_.get(), static_cast<int>(wait.count()))}) {
      wait = milliseconds(0);
      if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_ERROR) continue;
      const auto code = rd_kafka_event_error(event.get());
      // It repeats what the brokers' own errors say.
      if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) continue;
      take({code, rd_kafka_event_error_string(event.get()), notes_.certificate()});
    }
    if (std::string text = notes_.take_failure(); !text.empty())
      take({RD_KAFKA_RESP_ERR__TRANSPORT, std::move(text), 0});
  }

  void take(const ConnectionError& error) {
    if (auto fault = connection_fault(error, properties_)) fault_ = std::move(fault);
    reason_ = reason_of(error.text);
  }

  rd_kafka_t* client_;
  const Properties& properties_;
  Notes& notes_;
  const QueueHandle events_;
  std::optional<ConnectionFault> fault_;
  std::string reason_;
};

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
  Notes notes;
  ClientOpaque opaque{.log = &bridge, .owner = &notes};
  rd_kafka_conf_set_opaque(conf->get(), &opaque);
  rd_kafka_conf_set_log_cb(conf->get(), see_log);
  rd_kafka_conf_set_events(conf->get(), RD_KAFKA_EVENT_ERROR);
  rd_kafka_conf_set_ssl_cert_verify_cb(conf->get(), see_certificate);
  // A consumer: a producer's look at a topic may create it.
  std::array<char, 512> reason{};
  const ClientHandle client(rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), reason.data(), reason.size()));
  if (!client) {
    check.faults.push_back(fmt::format("cannot make a client for {} (step '{}'): {}", address,
                                       wanted.empty() ? "" : wanted.front().step, reason.data()));
    return check;
  }
  [[maybe_unused]] auto* taken_by_the_client = conf->release();
  FirstAnswer first(client.get(), probe_properties, notes);

  for (const WantedTopic& one : wanted) {
    const auto& [step, name, internal, servers_key] = one;
    if (check.topics.contains(name)) continue;
    const TopicHandle topic(rd_kafka_topic_new(client.get(), name.c_str(), nullptr));
    if (!topic) {
      check.faults.push_back(fmt::format(
          "'{}' cannot be the name of a topic (step '{}'); set steps_config.{}.topic", name, step, step));
      continue;
    }
    const MetadataHandle metadata = first.wait_for(topic.get(), patience);
    if (!metadata) {
      check.faults.push_back(first.fault(address, one));
      return check;
    }
    const auto& answer = metadata->topics[0];
    if (answer.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        answer.err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
      if (internal) {
        if (std::find(check.missing.begin(), check.missing.end(), name) == check.missing.end())
          check.missing.push_back(name);
        continue;
      }
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
  check.id = id_of_cluster(client.get());
  const bool is_mock = check.id.starts_with("mockCluster");
  if (check.faults.empty() && !check.topics.empty() && !is_mock)
    read_configs(client.get(), check.topics, milliseconds(2000), log);
  return check;
}

}  // namespace streams::kafka
