#include "client_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace streams::kafka {

namespace {

constexpr unsigned kConsumer = 1, kProducer = 2, kProbe = 4, kEvery = 7;

unsigned bit_of(ClientKind kind) {
  switch (kind) {
    case ClientKind::consumer:
      return kConsumer;
    case ClientKind::producer:
      return kProducer;
    case ClientKind::probe:
      return kProbe;
  }
  return 0;
}

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

/// One value of our own, and who has it. An empty value leaves librdkafka's.
struct OwnValue {
  const char* name;
  unsigned kinds;
  std::string (*value)(const ClientTraits&);
};

std::string yes(const ClientTraits&) {
  return "true";
}
std::string no(const ClientTraits&) {
  return "false";
}

/// The records that wait in a client: a share of them for each of its kind, so that the process has the same
/// number for any number of workers. 50,000 feed the fastest loop; fewer than 10,000 would starve one.
std::string waiting_records(const ClientTraits& traits) {
  return number(std::max<std::uint64_t>(10000, 50000 / std::max(1U, traits.siblings)));
}

std::string batch_size(const ClientTraits& traits) {
  constexpr std::int64_t kUsual = 1000000;
  return number(static_cast<std::uint64_t>(traits.smallest_limit > 0 ? std::min(kUsual, traits.smallest_limit)
                                                                     : kUsual));
}

std::string message_max_bytes(const ClientTraits& traits) {
  // Below a topic's own limit librdkafka would refuse what the topic takes; the rest is room for the request.
  constexpr std::int64_t kUsual = 1000000, kRoom = 4096, kMost = 1000000000;
  return number(
      static_cast<std::uint64_t>(std::min(kMost, std::max(kUsual, traits.largest_message + kRoom))));
}

std::vector<OwnValue> own_values() {
  using T = const ClientTraits&;
  return {
      {"bootstrap.servers", kEvery,
       [](T t) { return fmt::format("{}", fmt::join(t.bootstrap_servers, ",")); }},
      {"client.id", kEvery, [](T t) { return t.client_id; }},
      {"reconnect.backoff.ms", kEvery, [](T) { return std::string("100"); }},
      // An outage should end when the broker is back, not ten seconds later.
      {"reconnect.backoff.max.ms", kEvery, [](T) { return std::string("1000"); }},
      {"socket.keepalive.enable", kEvery, yes},
      {"allow.auto.create.topics", kConsumer | kProbe, no},
      {"topic.metadata.refresh.interval.ms", kConsumer | kProducer, [](T) { return std::string("60000"); }},

      {"group.id", kConsumer, [](T t) { return t.group; }},
      {"group.instance.id", kConsumer, [](T t) { return t.instance_id.value_or(""); }},
      {"partition.assignment.strategy", kConsumer, [](T) { return std::string("cooperative-sticky"); }},
      {"session.timeout.ms", kConsumer | kProbe,
       [](T t) { return std::to_string(t.session_timeout.count()); }},
      {"heartbeat.interval.ms", kConsumer | kProbe,
       [](T t) {
         return std::to_string(std::clamp<std::int64_t>(t.session_timeout.count() / 10, 100, 3000));
       }},
      // Offsets are ours: the start position is found and committed by the group member, a lost one is an
      // error.
      {"enable.auto.commit", kConsumer, no},
      {"enable.auto.offset.store", kConsumer, no},
      {"auto.offset.reset", kConsumer, [](T) { return std::string("error"); }},
      {"enable.partition.eof", kConsumer, yes},
      {"queued.min.messages", kConsumer, waiting_records},
      {"queued.max.messages.kbytes", kConsumer,
       [](T t) { return number(std::clamp<std::uint64_t>(t.memory >> 10, 1024, 1U << 20)); }},
      // One answer to a fetch may hold this much of all its partitions.
      {"fetch.max.bytes", kConsumer,
       [](T t) { return number(std::clamp<std::uint64_t>(t.memory / 2, 1U << 20, 50U << 20)); }},
      // With the default of one second a full queue stands still for that long.
      {"fetch.queue.backoff.ms", kConsumer, [](T) { return std::string("10"); }},
      {"fetch.wait.max.ms", kConsumer, [](T) { return std::string("100"); }},
      {"fetch.error.backoff.ms", kConsumer, [](T) { return std::string("100"); }},

      {"enable.idempotence", kProducer, yes},
      // An outage holds records for as long as it lasts.
      {"message.timeout.ms", kProducer, [](T) { return std::string("0"); }},
      {"linger.ms", kProducer, [](T) { return std::string("5"); }},
      {"batch.size", kProducer, batch_size},
      {"message.max.bytes", kProducer, message_max_bytes},
      // As Java clients do; librdkafka's own would put the same key into another partition.
      {"partitioner", kProducer, [](T) { return std::string("murmur2_random"); }},
      {"queue.buffering.max.messages", kProducer, waiting_records},
      {"queue.buffering.max.kbytes", kProducer,
       [](T t) { return number(std::clamp<std::uint64_t>(t.memory >> 10, 4096, 1U << 20)); }},
  };
}

/// What a deployment may not set, and where it belongs.
struct Reserved {
  std::string_view name;
  std::string_view instead;
};
constexpr std::array kReserved{
    Reserved{"bootstrap.servers", "use the key bootstrap_servers"},
    Reserved{"metadata.broker.list", "use the key bootstrap_servers"},
    Reserved{"group.id", "use the key consumer_group"},
    Reserved{"group.instance.id", "use adapter_config.kafka.membership"},
    Reserved{"group.protocol", "the adapter speaks the classic protocol"},
    Reserved{"auto.offset.reset", "use the key auto_offset_reset"},
    Reserved{"enable.auto.commit", "offsets are committed when their records are done"},
    Reserved{"auto.commit.enable", "offsets are committed when their records are done"},
    Reserved{"enable.auto.offset.store", "offsets are committed when their records are done"},
    Reserved{"enable.partition.eof", "the adapter needs it on"},
    Reserved{"partition.assignment.strategy", "the adapter needs cooperative-sticky"},
    Reserved{"transactional.id", "the adapter chooses it where delivery needs one"},
    Reserved{"test.mock.num.brokers", "use --embedded-kafka"},
};

template <class Visit>
void each_param(const ClientSettings& settings, Visit visit) {
  const std::string step = fmt::format("steps_config.{}", settings.step);
  if (settings.additional_settings != nullptr)
    for (const auto& param : *settings.additional_settings) visit(param, step + ".additional_settings");
  if (settings.adapter_override_params != nullptr)
    for (const auto& param : *settings.adapter_override_params)
      visit(param, "adapter_config.kafka.override_params");
  if (settings.override_params != nullptr)
    for (const auto& param : *settings.override_params) visit(param, step + ".override_params");
}

std::string place_of(const runtime::ConfigSource& at, const std::string& key) {
  if (at.line == 0) return key;
  return fmt::format("{}:{}:{}: {}", at.file, at.line, at.column, key);
}

void add_security(Properties& properties, const runtime::SecurityConfig* security) {
  if (security == nullptr) return;
  const std::string place = place_of(security->at, "security");
  const auto set = [&](const char* name, const std::optional<std::string>& value, bool secret = false) {
    if (value) set_property(properties, {name, *value, secret, place});
  };
  set("security.protocol", std::string(runtime::to_text(security->protocol)));
  set("ssl.ca.location", security->ca_file);
  set("ssl.certificate.location", security->certificate_file);
  set("ssl.key.location", security->key_file);
  set("ssl.key.password", security->key_password, true);
  if (security->sasl_mechanism)
    set("sasl.mechanism", std::string(runtime::to_text(*security->sasl_mechanism)));
  set("sasl.username", security->sasl_username);
  set("sasl.password", security->sasl_password, true);
}

bool concerns_connection(std::string_view name) {
  return name.starts_with("security.") || name.starts_with("ssl.") || name.starts_with("sasl.") ||
         name.starts_with("enable.ssl.") || name.starts_with("enable.sasl.");
}

}  // namespace

const std::string* find_property(const Properties& properties, std::string_view name) {
  for (const auto& property : properties)
    if (property.name == name) return &property.value;
  return nullptr;
}

void set_property(Properties& properties, Property property) {
  for (auto& known : properties)
    if (known.name == property.name) {
      known = std::move(property);
      return;
    }
  properties.push_back(std::move(property));
}

Properties client_properties(const ClientTraits& traits, const ClientSettings& settings) {
  Properties properties;
  const auto add = [&properties](const runtime::Params* params, const std::string& key) {
    if (params == nullptr) return;
    for (const auto& param : *params)
      set_property(properties, {param.name, param.value, param.secret, place_of(param.at, key)});
  };
  const std::string step = fmt::format("steps_config.{}", settings.step);
  add(settings.additional_settings, step + ".additional_settings");
  for (const OwnValue& own : own_values()) {
    if ((own.kinds & bit_of(traits.kind)) == 0) continue;
    std::string value = own.value(traits);
    if (!value.empty()) set_property(properties, {own.name, std::move(value), false, ""});
  }
  add_security(properties, settings.security);
  add(settings.adapter_override_params, "adapter_config.kafka.override_params");
  add(settings.override_params, step + ".override_params");
  return properties;
}

const runtime::SecurityConfig* security_in_force(const std::optional<runtime::SecurityConfig>& own,
                                                 const runtime::AdapterConfigs& adapters) {
  const auto& security = own ? own : adapters.kafka.security;
  return security ? &*security : nullptr;
}

bool connect_alike(const ClientSettings& a, const ClientSettings& b) {
  const auto connection = [](const ClientSettings& settings) {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& property : client_properties({}, settings))
      if (concerns_connection(property.name)) all.emplace_back(property.name, property.value);
    std::sort(all.begin(), all.end());
    return all;
  };
  return connection(a) == connection(b);
}

std::vector<std::string> property_faults(const ClientSettings& settings) {
  std::vector<std::string> faults;
  const ConfHandle conf(rd_kafka_conf_new());
  each_param(settings, [&](const runtime::Param& param, const std::string& key) {
    const auto reserved = std::find_if(kReserved.begin(), kReserved.end(),
                                       [&](const Reserved& r) { return r.name == param.name; });
    if (reserved != kReserved.end()) {
      faults.push_back(fmt::format("{}: '{}' cannot be set here: {}", place_of(param.at, key), param.name,
                                   reserved->instead));
      return;
    }
    std::array<char, 512> reason{};
    switch (rd_kafka_conf_set(conf.get(), param.name.c_str(), param.value.c_str(), reason.data(),
                              reason.size())) {
      case RD_KAFKA_CONF_OK:
        return;
      case RD_KAFKA_CONF_UNKNOWN:
        faults.push_back(fmt::format("{}: librdkafka {} has no property '{}'; remove it or correct its name",
                                     place_of(param.at, key), rd_kafka_version_str(), param.name));
        return;
      case RD_KAFKA_CONF_INVALID:
        // librdkafka's reason may quote the value.
        faults.push_back(fmt::format("{}: the value of '{}' is not valid{}", place_of(param.at, key),
                                     param.name, param.secret ? "" : fmt::format(": {}", reason.data())));
        return;
    }
  });
  return faults;
}

absl::StatusOr<ConfHandle> make_conf(const Properties& properties) {
  ConfHandle conf(rd_kafka_conf_new());
  std::array<char, 512> reason{};
  for (const auto& property : properties) {
    if (rd_kafka_conf_set(conf.get(), property.name.c_str(), property.value.c_str(), reason.data(),
                          reason.size()) == RD_KAFKA_CONF_OK)
      continue;
    return absl::InvalidArgumentError(fmt::format("{}{}{}: {}", property.place,
                                                  property.place.empty() ? "" : ": ", property.name,
                                                  property.secret ? "not valid" : reason.data()));
  }
  return conf;
}

std::string masked_text(const Properties& properties) {
  std::string text;
  for (const auto& property : properties)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", property.name,
                        property.secret ? "***" : property.value);
  return text;
}

}  // namespace streams::kafka
