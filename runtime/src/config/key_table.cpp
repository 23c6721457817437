#include "config/key_table.hpp"

#include <array>
#include <type_traits>
#include <utility>

namespace streams::runtime::config {
namespace {

template <class E>
ChoiceSlot choice(E& field) {
  return {&field, [](void* to, std::size_t index) { *static_cast<E*>(to) = static_cast<E>(index); },
          [](const void* from) {
            return std::optional<std::size_t>(static_cast<std::size_t>(*static_cast<const E*>(from)));
          }};
}

template <class E>
ChoiceSlot choice(std::optional<E>& field) {
  return {&field,
          [](void* to, std::size_t index) { *static_cast<std::optional<E>*>(to) = static_cast<E>(index); },
          [](const void* from) {
            const auto& value = *static_cast<const std::optional<E>*>(from);
            return value ? std::optional<std::size_t>(static_cast<std::size_t>(*value)) : std::nullopt;
          }};
}

PipelineConfig& pipeline(Target& t) {
  return t.config->pipeline;
}

/// A key of the `dlq` mapping: nothing to fill, and nothing to print, where there is no such mapping.
template <class Get>
Slot in_dlq(Target& t, Get get) {
  if (!t.step->dlq) return {};
  return get(*t.step->dlq);
}

Slot nothing(Target& /*target*/) {
  return {};
}

/// The mappings that hold a SecurityConfig; null where the one around it is not there.
using SecurityPlace = std::optional<SecurityConfig>* (*)(Target&);
std::optional<SecurityConfig>* of_adapter(Target& t) {
  return &pipeline(t).adapters.kafka.security;
}
std::optional<SecurityConfig>* of_step(Target& t) {
  return &t.step->security;
}
std::optional<SecurityConfig>* of_dlq(Target& t) {
  return t.step->dlq ? &t.step->dlq->security : nullptr;
}

template <SecurityPlace kPlace>
Slot security(Target& t) {
  if (auto* place = kPlace(t)) place->emplace().at = t.at;
  return {};
}

/// A key of such a mapping, as those of `dlq`.
template <SecurityPlace kPlace, auto kField>
Slot in_security(Target& t) {
  auto* place = kPlace(t);
  if (place == nullptr || !*place) return {};
  auto& field = (**place).*kField;
  if constexpr (std::is_same_v<decltype(field), std::optional<std::string>&>) {
    return &field;
  } else {
    return choice(field);
  }
}

constexpr std::string_view kDeliveries = "at_least_once|at_most_once|exactly_once";
constexpr std::string_view kOnErrors = "fail|drop|dlq";
constexpr std::int64_t kMillisecond = 1'000;
constexpr std::int64_t kSecond = 1'000'000;

constexpr std::string_view kNoSdk = "none: errors are logged and counted, no error tracker is called";
constexpr std::string_view kNoBlocks =
    "none: threads share memory, and the engine chooses the size of its batches";

// The same keys stand at the adapter, at a step and at a dead letter queue. PATH ends with a dot.
#define SECURITY_KEYS(PATH, PLACE, EFFECT)                                                                 \
  KeyRow{.path = PATH "security",                                                                          \
         .forms = kMapping,                                                                                \
         .slot = security<&(PLACE)>,                                                                       \
         .effect = (EFFECT),                                                                               \
         .example = "{protocol: SSL}"},                                                                    \
      KeyRow{.path = PATH "security.protocol",                                                             \
             .forms = kChoice,                                                                             \
             .slot = in_security<&(PLACE), &SecurityConfig::protocol>,                                     \
             .effect =                                                                                     \
                 "whether the connection is encrypted (SSL) and whether the client says who it is by a "   \
                 "name and a password (SASL)",                                                             \
             .example = "SSL",                                                                             \
             .choices = "PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL",                                           \
             .required = true},                                                                            \
      KeyRow{.path = PATH "security.ca_file",                                                              \
             .forms = kText,                                                                               \
             .slot = in_security<&(PLACE), &SecurityConfig::ca_file>,                                      \
             .effect =                                                                                     \
                 "PEM file of the authorities that may have signed the brokers' certificates; default: "   \
                 "those that the system trusts",                                                           \
             .example = "/etc/kafka/ca.pem",                                                               \
             .only_with = "protocol=SSL|SASL_SSL",                                                         \
             .is_path = true,                                                                              \
             .is_file = true},                                                                             \
      KeyRow{.path = PATH "security.certificate",                                                          \
             .forms = kMapping,                                                                            \
             .slot = nothing,                                                                              \
             .effect = "the client's own certificate, for brokers that ask for one",                       \
             .example = "{file: /etc/kafka/client.pem, key_file: /etc/kafka/client.key}",                  \
             .only_with = "protocol=SSL|SASL_SSL"},                                                        \
      KeyRow{.path = PATH "security.certificate.file",                                                     \
             .forms = kText,                                                                               \
             .slot = in_security<&(PLACE), &SecurityConfig::certificate_file>,                             \
             .effect = "PEM file of the certificate and of those between it and its authority",            \
             .example = "/etc/kafka/client.pem",                                                           \
             .required = true,                                                                             \
             .is_path = true,                                                                              \
             .is_file = true},                                                                             \
      KeyRow{.path = PATH "security.certificate.key_file",                                                 \
             .forms = kText,                                                                               \
             .slot = in_security<&(PLACE), &SecurityConfig::key_file>,                                     \
             .effect = "PEM file of its private key",                                                      \
             .example = "/etc/kafka/client.key",                                                           \
             .required = true,                                                                             \
             .is_path = true,                                                                              \
             .is_file = true},                                                                             \
      KeyRow{.path = PATH "security.certificate.key_password",                                             \
             .forms = kText,                                                                               \
             .slot = in_security<&(PLACE), &SecurityConfig::key_password>,                                 \
             .effect = "password of an encrypted key file; it is never shown",                             \
             .example = "\"${file:/run/secrets/password}\"",                                               \
             .is_secret = true},                                                                           \
      KeyRow{.path = PATH "security.sasl",                                                                 \
             .forms = kMapping,                                                                            \
             .slot = nothing,                                                                              \
             .effect = "the client's name and password",                                                   \
             .example =                                                                                    \
                 "{mechanism: SCRAM-SHA-512, username: app, password: \"${file:/run/secrets/password}\"}", \
             .required = true,                                                                             \
             .only_with = "protocol=SASL_SSL|SASL_PLAINTEXT"},                                             \
      KeyRow{.path = PATH "security.sasl.mechanism",                                                       \
             .forms = kChoice,                                                                             \
             .slot = in_security<&(PLACE), &SecurityConfig::sasl_mechanism>,                               \
             .effect = "how the password is proved; PLAIN sends it to the broker as it is",                \
             .example = "SCRAM-SHA-512",                                                                   \
             .choices = "PLAIN|SCRAM-SHA-256|SCRAM-SHA-512",                                               \
             .required = true},                                                                            \
      KeyRow{.path = PATH "security.sasl.username",                                                        \
             .forms = kText,                                                                               \
             .slot = in_security<&(PLACE), &SecurityConfig::sasl_username>,                                \
             .effect = "the name",                                                                         \
             .example = "app",                                                                             \
             .required = true},                                                                            \
      KeyRow {                                                                                             \
    .path = PATH "security.sasl.password", .forms = kText,                                                 \
    .slot = in_security<&(PLACE), &SecurityConfig::sasl_password>,                                         \
    .effect = "the password; it is never shown", .example = "\"${file:/run/secrets/password}\"",           \
    .required = true, .is_secret = true                                                                    \
  }

// The order is that of the reference page.
constexpr std::array kKeys{
    KeyRow{.path = "env",
           .forms = kOpen,
           .slot = nothing,
           .effect = "none: nothing reads it; a place for anchors (&name) that other keys refer to",
           .example = "{REGION: us}",
           .without_meaning = true},

    KeyRow{.path = "metrics",
           .forms = kMapping,
           .slot = nothing,
           .effect = "where measurements go",
           .example = "{type: log}"},
    KeyRow{.path = "metrics.type",
           .forms = kChoice,
           .slot = [](Target& t) -> Slot { return choice(t.config->metrics.type); },
           .default_text = "dummy",
           .effect =
               "where measurements are sent: nowhere, to the log, to a DogStatsD agent, or to whoever reads "
               "/metrics",
           .example = "log",
           .choices = "dummy|log|datadog|prometheus",
           .required = true},
    KeyRow{.path = "metrics.host",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.config->metrics.host; },
           .effect = "host of the DogStatsD agent",
           .example = "127.0.0.1",
           .required = true,
           .only_with = "type=datadog",
           .instead = "socket_path"},
    KeyRow{.path = "metrics.port",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &t.config->metrics.port; },
           .effect = "UDP port of the DogStatsD agent",
           .example = "8125",
           .minimum = 1,
           .maximum = 65535,
           .required = true,
           .only_with = "type=datadog",
           .instead = "socket_path"},
    KeyRow{.path = "metrics.socket_path",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.config->metrics.socket_path; },
           .effect = "Unix datagram socket of the DogStatsD agent, in the place of host and port; a relative "
                     "path starts at the folder of this file",
           .example = "/var/run/datadog/dsd.socket",
           .only_with = "type=datadog",
           .is_path = true},
    KeyRow{.path = "metrics.tags",
           .forms = kParams,
           .slot = [](Target& t) -> Slot { return &t.config->metrics.tags; },
           .effect = "labels that every measurement gets",
           .example = "{region: us}",
           .only_with = "type=log|datadog|prometheus"},
    KeyRow{.path = "metrics.udp_queue_size",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &t.config->metrics.udp_queue_size; },
           .default_text = "100000",
           .effect = "packets that wait for the agent before measurements are dropped; 0 is no limit",
           .example = "5000",
           .only_with = "type=datadog"},
    KeyRow{.path = "metrics.flush_interval_ms",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &t.config->metrics.flush_interval; },
           .default_text = "100",
           .effect = "time between two packets to the agent; a plain number is milliseconds",
           .example = "250",
           .minimum = 1,
           .plain_unit = kMillisecond,
           .only_with = "type=datadog"},
    KeyRow{.path = "metrics.period_sec",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &t.config->metrics.period; },
           .default_text = "10",
           .effect = "time between two lines of measurements; a plain number is seconds",
           .example = "5",
           .minimum = 0.1,
           .plain_unit = kSecond,
           .only_with = "type=log"},

    KeyRow{.path = "metrics.push",
           .forms = kMapping,
           .slot = nothing,
           .effect = "where the text of /metrics is sent too, for processes that cannot be scraped",
           .example = "{url: \"http://pushgateway:9091\"}",
           .only_with = "type=prometheus"},
    KeyRow{.path = "metrics.push.url",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.config->metrics.push_url; },
           .effect = "address of a Pushgateway or alike; it goes to every address behind the host's name, so "
                     "that a headless service gets it in each of its pods. Without a path it is "
                     "/metrics/job/streams/... with pipeline, segment and host",
           .example = "\"http://pushgateway:9091\"",
           .required = true},
    KeyRow{.path = "metrics.push.method",
           .forms = kChoice,
           .slot = [](Target& t) -> Slot { return choice(t.config->metrics.push_method); },
           .default_text = "put",
           .effect = "put replaces what was sent before, post adds to it",
           .example = "post",
           .choices = "put|post"},
    KeyRow{.path = "metrics.push.interval",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &t.config->metrics.push_interval; },
           .default_text = "15s",
           .effect = "time between two of them",
           .example = "30s",
           .minimum = 100000},

    KeyRow{.path = "sentry_sdk_config",
           .forms = kMapping,
           .slot = nothing,
           .effect = kNoSdk,
           .example = "{dsn: \"https://key@host/1\"}",
           .without_meaning = true},
    KeyRow{.path = "sentry_sdk_config.dsn",
           .forms = kText,
           .slot = nothing,
           .effect = kNoSdk,
           .example = "\"https://key@host/1\"",
           .required = true,
           .without_meaning = true},

    KeyRow{.path = "pipeline",
           .forms = kMapping,
           .slot = nothing,
           .effect = "all that belongs to the one pipeline of this file",
           .example = "{segments: [{steps_config: {a: {topic: t}}}]}",
           .required = true},
    KeyRow{
        .path = "pipeline.name",
        .forms = kText,
        .slot = [](Target& t) -> Slot { return &pipeline(t).name; },
        .effect =
            "name of the pipeline in group ids, internal topics and metrics, instead of the one in the code",
        .example = "metrics"},
    KeyRow{.path = "pipeline.application",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &pipeline(t).application; },
           .effect =
               "source file or module to run when the command line names none; a relative path starts at the "
               "folder of this file",
           .example = "../examples/metrics/metrics.cpp",
           .is_path = true},
    KeyRow{.path = "pipeline.delivery",
           .forms = kChoice,
           .slot = [](Target& t) -> Slot { return choice(pipeline(t).delivery); },
           .default_text = "at_least_once",
           .effect = "what a crash may do to a record: repeat it, lose it, or neither",
           .example = "exactly_once",
           .choices = kDeliveries},
    KeyRow{.path = "pipeline.commit",
           .forms = kMapping,
           .slot = nothing,
           .effect = "when offsets are committed",
           .example = "{interval: 1s}"},
    KeyRow{.path = "pipeline.commit.interval",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &pipeline(t).commit.interval; },
           .default_text = "500ms",
           .effect = "length of an epoch: the work that a crash may repeat",
           .example = "1s",
           .minimum = 1000},
    KeyRow{.path = "pipeline.commit.policy",
           .forms = kChoice,
           .slot = [](Target& t) -> Slot { return choice(pipeline(t).commit.policy); },
           .default_text = "async",
           .effect = "whether a worker goes on while a commit is under way (async) or waits for it (sync)",
           .example = "sync",
           .choices = "async|sync"},
    KeyRow{.path = "pipeline.memory",
           .forms = kMapping,
           .slot = nothing,
           .effect = "bounds of the memory for records",
           .example = "{budget: 128MiB}"},
    KeyRow{
        .path = "pipeline.memory.budget",
        .forms = kSize,
        .slot = [](Target& t) -> Slot { return &pipeline(t).memory_budget; },
        .default_text = "64MiB",
        .effect =
            "bytes of records that the process holds at most, over prefetch, batches and records in flight; "
            "reading waits when they are used up",
        .example = "128MiB",
        .minimum = 1 << 20,
        .maximum = 9e18},
    KeyRow{
        .path = "pipeline.on_error",
        .forms = kChoice,
        .slot = [](Target& t) -> Slot { return choice(pipeline(t).on_error); },
        .effect =
            "what happens to a record that a step cannot process: stop the pipeline, drop and count the "
            "record, or put it into the dead letter queue. Default: dlq for the records of a source that has "
            "one, else fail",
        .example = "drop",
        .choices = kOnErrors},
    KeyRow{.path = "pipeline.retry",
           .forms = kMapping,
           .slot = nothing,
           .effect = "attempts before on_error",
           .example = "{max_attempts: 3}"},
    KeyRow{.path = "pipeline.retry.max_attempts",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &pipeline(t).retry.max_attempts; },
           .default_text = "1",
           .effect = "attempts in all; 1 means that nothing is tried again",
           .example = "3",
           .minimum = 1},
    KeyRow{.path = "pipeline.retry.backoff",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &pipeline(t).retry.backoff; },
           .default_text = "100ms",
           .effect = "pause before the second attempt; it doubles for each further one",
           .example = "250ms"},
    KeyRow{.path = "pipeline.retry.jitter",
           .forms = kNumber,
           .slot = [](Target& t) -> Slot { return &pipeline(t).retry.jitter; },
           .default_text = "0.2",
           .effect = "share of the pause that is drawn by lot, from 0 to 1",
           .example = "0.5",
           .maximum = 1},
    KeyRow{.path = "pipeline.retry.max_backoff",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &pipeline(t).retry.max_backoff; },
           .default_text = "30s",
           .effect = "the longest pause",
           .example = "1m"},
    KeyRow{.path = "pipeline.internal_topics",
           .forms = kMapping,
           .slot = nothing,
           .effect = "the topics between segments and behind a KeyBy, which the runtime makes",
           .example = "{partitions: 8}"},
    KeyRow{
        .path = "pipeline.internal_topics.partitions",
        .forms = kInteger,
        .slot = [](Target& t) -> Slot { return &pipeline(t).internal_topics.partitions; },
        .effect = "partitions of each of them, and so how many threads can share the work behind it; not set: as many "
                  "as the source that feeds it has; one that exists with another number is refused",
        .example = "8",
        .minimum = 1,
        .maximum = 100000},
    KeyRow{.path = "pipeline.internal_topics.replication_factor",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &pipeline(t).internal_topics.replication_factor; },
           .effect = "copies of each of them, when they are made; not set: the cluster's default",
           .example = "3",
           .minimum = 1,
           .maximum = 32767},
    KeyRow{.path = "pipeline.internal_topics.bootstrap_servers",
           .forms = kTextList,
           .slot = [](Target& t) -> Slot { return &pipeline(t).internal_topics.bootstrap_servers; },
           .effect = "the cluster they are on; not set: that of the source that feeds them",
           .example = "[\"internal:9092\"]"},
    KeyRow{.path = "pipeline.shutdown",
           .forms = kMapping,
           .slot = nothing,
           .effect = "how the pipeline stops",
           .example = "{drain_timeout: 10s}"},
    KeyRow{.path = "pipeline.shutdown.drain_timeout",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &pipeline(t).shutdown.drain_timeout; },
           .default_text = "5s",
           .effect =
               "time to finish what was read, on a stop and when partitions are taken away; what is not "
               "finished by then is read again later",
           .example = "10s"},
    KeyRow{.path = "pipeline.shutdown.leave_on_stop",
           .forms = kBool,
           .slot = [](Target& t) -> Slot { return &pipeline(t).shutdown.leave_on_stop; },
           .default_text = "true",
           .effect =
               "whether a stop gives the partitions to the others at once; false keeps them for a restart in "
               "place",
           .example = "false"},

    KeyRow{.path = "pipeline.health",
           .forms = kMapping,
           .slot = nothing,
           .effect = "when /healthz and the health file say that the process is unhealthy",
           .example = "{deadline: 2m}"},
    KeyRow{.path = "pipeline.health.deadline",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &pipeline(t).health.deadline; },
           .default_text = "60s",
           .effect = "the longest time that records may wait without one being finished",
           .example = "2m",
           .minimum = 1000000},
    KeyRow{.path = "pipeline.health.rebalance_grace",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &pipeline(t).health.rebalance_grace; },
           .default_text = "60s",
           .effect = "time after a rebalance in which partitions need not move on",
           .example = "2m"},

    KeyRow{.path = "pipeline.adapter_config",
           .forms = kMapping,
           .slot = nothing,
           .effect = "settings of the backends that can run the pipeline",
           .example = "{kafka: {membership: dynamic}}"},
    KeyRow{.path = "pipeline.adapter_config.arroyo",
           .forms = kMapping,
           .slot = nothing,
           .effect = "the original's adapter; its settings are the kafka adapter's",
           .example = "{write_healthcheck: true}"},
    KeyRow{.path = "pipeline.adapter_config.arroyo.write_healthcheck",
           .forms = kBool,
           .slot = [](Target& t) -> Slot { return &pipeline(t).adapters.write_healthcheck; },
           .default_text = "false",
           .effect =
               "touches the file health.txt in the folder for temporary files while the pipeline is healthy",
           .example = "true"},
    KeyRow{.path = "pipeline.adapter_config.arroyo.sentry_sdk_config",
           .forms = kMapping,
           .slot = nothing,
           .effect = kNoSdk,
           .example = "{dsn: \"https://key@host/1\"}",
           .without_meaning = true},
    KeyRow{.path = "pipeline.adapter_config.arroyo.sentry_sdk_config.dsn",
           .forms = kText,
           .slot = nothing,
           .effect = kNoSdk,
           .example = "\"https://key@host/1\"",
           .required = true,
           .without_meaning = true},
    KeyRow{.path = "pipeline.adapter_config.kafka",
           .forms = kMapping,
           .slot = nothing,
           .effect = "the kafka adapter",
           .example = "{membership: dynamic}"},
    KeyRow{.path = "pipeline.adapter_config.kafka.write_healthcheck",
           .forms = kBool,
           .slot = [](Target& t) -> Slot { return &pipeline(t).adapters.write_healthcheck; },
           .default_text = "false",
           .effect =
               "touches the file health.txt in the folder for temporary files while the pipeline is healthy",
           .example = "true"},
    KeyRow{
        .path = "pipeline.adapter_config.kafka.membership",
        .forms = kChoice,
        .slot = [](Target& t) -> Slot { return choice(pipeline(t).adapters.kafka.membership); },
        .default_text = "static",
        .effect =
            "static: a restarted process takes its partitions back at once; dynamic: the group is balanced "
            "anew when a process comes or goes",
        .example = "dynamic",
        .choices = "static|dynamic"},
    KeyRow{.path = "pipeline.adapter_config.kafka.session_timeout",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &pipeline(t).adapters.kafka.session_timeout; },
           .default_text = "10s",
           .effect = "time without a sign of life after which a process's partitions go to the others",
           .example = "20s",
           .minimum = 1000},
    KeyRow{.path = "pipeline.adapter_config.kafka.override_params",
           .forms = kParams,
           .slot = [](Target& t) -> Slot { return &pipeline(t).adapters.kafka.override_params; },
           .effect = "client properties of every consumer and producer; a step's own override_params win",
           .example = "{security.protocol: ssl}"},
    SECURITY_KEYS("pipeline.adapter_config.kafka.", of_adapter,
                  "how every client and its brokers know each other, unless its step says it"),
    KeyRow{.path = "pipeline.adapter_config.kafka.lock_dir",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &pipeline(t).adapters.kafka.lock_dir; },
           .effect = "folder of the lock files by which the processes of a machine share out their static "
                     "memberships",
           .example = "/var/lock/streams"},
    KeyRow{.path = "pipeline.adapter_config.local",
           .forms = kMapping,
           .slot = nothing,
           .effect = "the local adapter: topics are files",
           .example = "{directory: data}"},
    KeyRow{.path = "pipeline.adapter_config.local.write_healthcheck",
           .forms = kBool,
           .slot = [](Target& t) -> Slot { return &pipeline(t).adapters.write_healthcheck; },
           .default_text = "false",
           .effect =
               "touches the file health.txt in the folder for temporary files while the pipeline is healthy",
           .example = "true"},
    KeyRow{
        .path = "pipeline.adapter_config.local.directory",
        .forms = kText,
        .slot = [](Target& t) -> Slot { return &pipeline(t).adapters.local.directory; },
        .effect =
            "folder of the files that stand for topics; a relative path starts at the folder of this file. "
            "Without it streams are standard input and output",
        .example = "data",
        .is_path = true},
    KeyRow{.path = "pipeline.adapter_config.local.format",
           .forms = kChoice,
           .slot = [](Target& t) -> Slot { return choice(pipeline(t).adapters.local.format); },
           .default_text = "lines",
           .effect = "lines: a record is a line; framed: a record keeps its key, headers and timestamp",
           .example = "framed",
           .choices = "lines|framed"},
    KeyRow{.path = "pipeline.adapter_config.<adapter>",
           .forms = kOpenParams,
           .slot = [](Target& t) -> Slot { return &pipeline(t).adapters.others[std::string(t.placeholder)]; },
           .effect = "settings of an adapter that a program brings along; it checks them",
           .example = "{any: {depth: 1}}"},

    KeyRow{.path = "pipeline.segments",
           .forms = kEntries,
           .slot = nothing,
           .effect = "the deployable parts of the pipeline; --segment-id N runs entry N, from 0",
           .example = "[{steps_config: {a: {topic: t}}}]",
           .required = true},
    KeyRow{.path = "pipeline.segments[].parallelism",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &t.segment->parallelism; },
           .effect = "threads of the entry's chains that do not set their own",
           .example = "2",
           .minimum = 1,
           .maximum = 1024},
    KeyRow{
        .path = "pipeline.segments[].steps_config",
        .forms = kMapping,
        .slot = nothing,
        .effect = "the steps of this entry, by their names in the code; steps that follow belong to it too",
        .example = "{a: {topic: t}}",
        .required = true},
    KeyRow{.path = "pipeline.segments[].steps_config.<step>",
           .forms = kMapping,
           .slot = [](Target& t) -> Slot {
             StepConfig step;
             step.name = t.placeholder;
             step.at = t.at;
             t.segment->steps.push_back(std::move(step));
             t.step = &t.segment->steps.back();
             return {};
           },
           .effect = "one step; which keys it takes depends on its kind",
           .example = "{topic: t}"},

#define STEP "pipeline.segments[].steps_config.<step>."
    KeyRow{.path = STEP "starts_segment",
           .forms = kBool,
           .slot = [](Target& t) -> Slot { return &t.step->starts_segment; },
           .effect = "whether the step begins a chain with threads of its own",
           .example = "true"},
    KeyRow{.path = STEP "parallelism",
           .forms = kInteger | kMapping,
           .slot = [](Target& t) -> Slot { return &t.step->threads; },
           .effect = "threads of the chain that the step begins",
           .example = "4",
           .minimum = 1,
           .maximum = 1024,
           .exactly_one_key = true},
    KeyRow{.path = STEP "parallelism.threads",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &t.step->threads; },
           .effect = "the same as a plain number",
           .example = "4",
           .minimum = 1,
           .maximum = 1024},
    KeyRow{.path = STEP "parallelism.multi_process",
           .forms = kMapping,
           .slot = [](Target& t) -> Slot {
             t.step->multi_process = true;
             return {};
           },
           .effect = "the original's process pool: threads here",
           .example = "{processes: 4}"},
    KeyRow{.path = STEP "parallelism.multi_process.processes",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &t.step->threads; },
           .effect = "threads",
           .example = "4",
           .minimum = 1,
           .maximum = 1024,
           .required = true},
    KeyRow{.path = STEP "parallelism.multi_process.batch_size",
           .forms = kInteger,
           .slot = nothing,
           .effect = kNoBlocks,
           .example = "1000",
           .minimum = 1,
           .without_meaning = true},
    KeyRow{.path = STEP "parallelism.multi_process.batch_time",
           .forms = kDuration,
           .slot = nothing,
           .effect = kNoBlocks,
           .example = "0.2",
           .plain_unit = kSecond,
           .without_meaning = true},
    KeyRow{.path = STEP "parallelism.multi_process.input_block_size",
           .forms = kInteger,
           .slot = nothing,
           .effect = kNoBlocks,
           .example = "1048576",
           .nullable = true,
           .without_meaning = true},
    KeyRow{.path = STEP "parallelism.multi_process.output_block_size",
           .forms = kInteger,
           .slot = nothing,
           .effect = kNoBlocks,
           .example = "1048576",
           .nullable = true,
           .without_meaning = true},
    KeyRow{.path = STEP "parallelism.multi_process.max_input_block_size",
           .forms = kInteger,
           .slot = nothing,
           .effect = kNoBlocks,
           .example = "1048576",
           .nullable = true,
           .without_meaning = true},
    KeyRow{.path = STEP "parallelism.multi_process.max_output_block_size",
           .forms = kInteger,
           .slot = nothing,
           .effect = kNoBlocks,
           .example = "1048576",
           .nullable = true,
           .without_meaning = true},
    KeyRow{.path = STEP "on_error",
           .forms = kChoice,
           .slot = [](Target& t) -> Slot { return choice(t.step->on_error); },
           .effect = "pipeline.on_error for this step",
           .example = "drop",
           .choices = kOnErrors},
    KeyRow{.path = STEP "retry",
           .forms = kMapping,
           .slot = nothing,
           .effect = "pipeline.retry for this step; what is left out is the code's (AsyncMap), else the pipeline's",
           .example = "{max_attempts: 3}"},
    KeyRow{.path = STEP "retry.max_attempts",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &t.step->retry.max_attempts; },
           .effect = "attempts in all; 1 means that nothing is tried again",
           .example = "3",
           .minimum = 1},
    KeyRow{.path = STEP "retry.backoff",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &t.step->retry.backoff; },
           .effect = "pause before the second attempt; it doubles for each further one",
           .example = "250ms"},
    KeyRow{.path = STEP "retry.jitter",
           .forms = kNumber,
           .slot = [](Target& t) -> Slot { return &t.step->retry.jitter; },
           .effect = "share of the pause that is drawn by lot, from 0 to 1",
           .example = "0.5",
           .maximum = 1},
    KeyRow{.path = STEP "retry.max_backoff",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &t.step->retry.max_backoff; },
           .effect = "the longest pause",
           .example = "1m"},
    KeyRow{.path = STEP "delivery",
           .forms = kChoice,
           .slot = [](Target& t) -> Slot { return choice(t.step->delivery); },
           .effect = "a weaker promise for this source or sink than pipeline.delivery",
           .example = "at_least_once",
           .choices = kDeliveries},
    KeyRow{.path = STEP "bootstrap_servers",
           .forms = kTextList,
           .slot = [](Target& t) -> Slot { return &t.step->bootstrap_servers; },
           .effect = "source, sink: the brokers to ask first, as a list or as one text with commas",
           .example = "[\"127.0.0.1:9092\"]"},
    KeyRow{.path = STEP "topic",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->topic; },
           .effect = "source, sink: the topic, instead of the stream name in the code",
           .example = "ingest-metrics-2"},
    KeyRow{.path = STEP "consumer_group",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->consumer_group; },
           .effect = "source: the consumer group, instead of the one in the code or pipeline-SOURCE",
           .example = "my-group"},
    KeyRow{.path = STEP "auto_offset_reset",
           .forms = kChoice,
           .slot = [](Target& t) -> Slot { return choice(t.step->auto_offset_reset); },
           .default_text = "latest",
           .effect = "source: where to begin in a partition without a committed offset",
           .example = "earliest",
           .choices = "earliest|latest|error"},
    KeyRow{.path = STEP "strict_offset_reset",
           .forms = kBool,
           .slot = [](Target& t) -> Slot { return &t.step->strict_offset_reset; },
           .default_text = "false",
           .effect = "source: stop with an error where auto_offset_reset would have to choose",
           .example = "true"},
    KeyRow{.path = STEP "additional_settings",
           .forms = kParams,
           .slot = [](Target& t) -> Slot { return &t.step->additional_settings; },
           .effect = "source, sink: client properties; override_params win over them",
           .example = "{client.id: abc}"},
    KeyRow{.path = STEP "override_params",
           .forms = kParams,
           .slot = [](Target& t) -> Slot { return &t.step->override_params; },
           .effect = "source, sink: client properties that win over every other setting",
           .example = "{linger.ms: 5}"},
    SECURITY_KEYS(STEP, of_step,
                  "source, sink: how the client and its brokers know each other, in the place of all of "
                  "adapter_config.kafka.security; override_params win over it"),
    KeyRow{.path = STEP "dlq",
           .forms = kMapping,
           .slot = [](Target& t) -> Slot {
             t.step->dlq.emplace();
             return {};
           },
           .effect = "source: the dead letter queue for its records",
           .example = "{topic: dead}"},
    KeyRow{.path = STEP "dlq.enabled",
           .forms = kBool,
           .slot = [](Target& t) { return in_dlq(t, [](DlqConfig& d) -> Slot { return &d.enabled; }); },
           .default_text = "true",
           .effect = "false switches the queue off without removing its settings",
           .example = "false"},
    KeyRow{.path = STEP "dlq.topic",
           .forms = kText,
           .slot = [](Target& t) { return in_dlq(t, [](DlqConfig& d) -> Slot { return &d.topic; }); },
           .effect = "the queue's topic, instead of the one in the code",
           .example = "dead-letters"},
    KeyRow{.path = STEP "dlq.bootstrap_servers",
           .forms = kTextList,
           .slot =
               [](Target& t) { return in_dlq(t, [](DlqConfig& d) -> Slot { return &d.bootstrap_servers; }); },
           .effect = "the queue's brokers; default: the source's",
           .example = "[\"127.0.0.1:9092\"]"},
    KeyRow{
        .path = STEP "dlq.override_params",
        .forms = kParams,
        .slot = [](Target& t) { return in_dlq(t, [](DlqConfig& d) -> Slot { return &d.override_params; }); },
        .effect = "client properties of the queue's producer",
        .example = "{compression.type: zstd}"},
    SECURITY_KEYS(STEP "dlq.", of_dlq,
                  "the same for the queue's clients; default: the source's where the queue is on its brokers, "
                  "else that of adapter_config.kafka"),
    KeyRow{.path = STEP "dlq.max_invalid_ratio",
           .forms = kNumber,
           .slot =
               [](Target& t) { return in_dlq(t, [](DlqConfig& d) -> Slot { return &d.max_invalid_ratio; }); },
           .effect =
               "the segment stops when more than this share of ratio_window records of a worker would be "
               "dead letters; default: no limit",
           .example = "0.1",
           .maximum = 1},
    KeyRow{.path = STEP "dlq.ratio_window",
           .forms = kInteger,
           .slot = [](Target& t) { return in_dlq(t, [](DlqConfig& d) -> Slot { return &d.ratio_window; }); },
           .default_text = "1000",
           .effect = "records over which max_invalid_ratio counts",
           .example = "10000",
           .minimum = 1},
    KeyRow{.path = STEP "dlq.max_consecutive_count",
           .forms = kInteger,
           .slot =
               [](Target& t) {
                 return in_dlq(t, [](DlqConfig& d) -> Slot { return &d.max_consecutive_count; });
               },
           .effect = "the segment stops when more than this many records in a row of one partition would be "
                     "dead letters; default: no limit",
           .example = "100"},
    KeyRow{.path = STEP "batch_size",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &t.step->batch_size; },
           .effect = "Batch, DevNullSink: records in a batch, instead of the number in the code",
           .example = "500",
           .minimum = 1,
           .maximum = 1e12,
           .nullable = true},
    KeyRow{.path = STEP "pre_partitioned",
           .forms = kBool,
           .slot = [](Target& t) -> Slot { return &t.step->pre_partitioned; },
           .effect = "KeyBy: the records stand in partitions by that key already, so no internal topic is put behind "
                     "the step",
           .example = "true"},
    KeyRow{.path = STEP "batch_size_bytes",
           .forms = kSize,
           .slot = [](Target& t) -> Slot { return &t.step->batch_size_bytes; },
           .effect = "Batch: bytes in a batch",
           .example = "1MiB",
           .minimum = 1,
           .maximum = 9e18,
           .nullable = true},
    KeyRow{.path = STEP "batch_timedelta",
           .forms = kTimedelta | kDuration,
           .slot = [](Target& t) -> Slot { return &t.step->batch_timedelta; },
           .effect =
               "Batch: time after which a batch is complete. A duration, or a mapping of weeks, days, hours, "
               "minutes, seconds, milliseconds, microseconds",
           .example = "{seconds: 20}",
           .minimum = 1,
           .nullable = true},
    KeyRow{.path = STEP "max_in_flight",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &t.step->max_in_flight; },
           .effect = "AsyncMap: messages that each worker has begun and not sent on; while there are so many, it takes no "
                     "new records",
           .example = "256",
           .minimum = 1,
           .maximum = 1e9},
    KeyRow{.path = STEP "ordered",
           .forms = kBool,
           .slot = [](Target& t) -> Slot { return &t.step->ordered; },
           .effect = "AsyncMap: messages of one partition leave in the order in which they came; else each as soon as it "
                     "is answered",
           .example = "false"},
    KeyRow{.path = STEP "timeout",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &t.step->timeout; },
           .effect = "AsyncMap: an attempt that is not answered within that time has failed",
           .example = "2s",
           .minimum = 1000},
    KeyRow{.path = STEP "batch_time_ms",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &t.step->batch_time; },
           .effect = "DevNullSink: time after which a batch is complete; a plain number is milliseconds",
           .example = "5000.0",
           .plain_unit = kMillisecond,
           .nullable = true},
    KeyRow{.path = STEP "average_sleep_time_ms",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &t.step->average_sleep_time; },
           .effect = "DevNullSink: average of the simulated delay per batch; a plain number is milliseconds",
           .example = "0",
           .plain_unit = kMillisecond,
           .nullable = true},
    KeyRow{.path = STEP "max_sleep_time_ms",
           .forms = kDuration,
           .slot = [](Target& t) -> Slot { return &t.step->max_sleep_time; },
           .effect = "DevNullSink: the longest simulated delay; a plain number is milliseconds",
           .example = "6000.0",
           .plain_unit = kMillisecond,
           .nullable = true},
    KeyRow{.path = STEP "bucket",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->bucket; },
           .effect = "GCSSink: the bucket, instead of the one in the code",
           .example = "my-bucket"},
    KeyRow{.path = STEP "location",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->location; },
           .effect = "ObjectSink: where the objects go, instead of the place in the code: file:///folder, s3://bucket[/prefix] or gs://bucket[/prefix]",
           .example = "\"s3://clicks/raw\""},
    KeyRow{.path = STEP "thread_count",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &t.step->thread_count; },
           .effect = "ObjectSink, GCSSink: objects that a worker writes at once; default: 1",
           .example = "4",
           .minimum = 1,
           .maximum = 1000},
    KeyRow{.path = STEP "max_attempts",
           .forms = kInteger,
           .slot = [](Target& t) -> Slot { return &t.step->max_attempts; },
           .effect = "ObjectSink, GCSSink: how often an object is tried before it is refused; default: for ever",
           .example = "10",
           .minimum = 1,
           .maximum = 1e9},
    KeyRow{.path = STEP "extension",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->extension; },
           .effect = "ObjectSink, GCSSink: what stands behind names that are made without a generator",
           .example = ".json"},
    KeyRow{.path = STEP "content_type",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->content_type; },
           .effect = "ObjectSink, GCSSink: the type of the objects; default: application/octet-stream",
           .example = "application/json"},
    KeyRow{.path = STEP "endpoint",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->endpoint; },
           .effect = "ObjectSink, GCSSink: another server than the vendor's",
           .example = "\"https://minio.example:9000\""},
    KeyRow{.path = STEP "region",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->region; },
           .effect = "ObjectSink: region of the bucket; default: AWS_REGION or AWS_DEFAULT_REGION",
           .example = "eu-central-1"},
    KeyRow{.path = STEP "path_style",
           .forms = kBool,
           .slot = [](Target& t) -> Slot { return &t.step->path_style; },
           .effect = "ObjectSink: the bucket stands in the path of the address, not in the host; default: true with an endpoint of its own",
           .example = "true"},
    KeyRow{.path = STEP "ca_file",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->ca_file; },
           .effect = "ObjectSink, GCSSink: certificates that the server's is checked with, as PEM; default: the system's",
           .example = "/etc/ssl/own-ca.pem"},
    KeyRow{.path = STEP "access_key_id",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->access_key_id; },
           .effect = "ObjectSink: of S3; it is never shown; default: AWS_ACCESS_KEY_ID",
           .example = "\"${file:/run/secrets/password}\"",
           .is_secret = true},
    KeyRow{.path = STEP "secret_access_key",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->secret_access_key; },
           .effect = "ObjectSink: of S3; it is never shown; default: AWS_SECRET_ACCESS_KEY",
           .example = "\"${file:/run/secrets/password}\"",
           .is_secret = true},
    KeyRow{.path = STEP "session_token",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->session_token; },
           .effect = "ObjectSink: of S3; it is never shown; default: AWS_SESSION_TOKEN",
           .example = "\"${file:/run/secrets/password}\"",
           .is_secret = true},
    KeyRow{.path = STEP "access_token",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->access_token; },
           .effect = "ObjectSink, GCSSink: of Google Cloud Storage; it is never shown; default: access_token_file",
           .example = "\"${file:/run/secrets/password}\"",
           .is_secret = true},
    KeyRow{.path = STEP "access_token_file",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->access_token_file; },
           .effect = "ObjectSink, GCSSink: file with that token, read again every minute; default: the machine's metadata server",
           .example = "/run/secrets/token"},
    KeyRow{.path = STEP "compression",
           .forms = kText,
           .slot = [](Target& t) -> Slot { return &t.step->compression; },
           .effect = "ParquetSerializer: instead of the one in the code: snappy, lz4, uncompressed, gzip, zstd or brotli",
           .example = "zstd"},
#undef STEP
#undef SECURITY_KEYS
};

/// The path up to its last dot; dots inside a placeholder do not exist.
std::string_view parent_of(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

}  // namespace

std::span<const KeyRow> key_table() {
  return kKeys;
}

std::string_view key_of(const KeyRow& row) {
  const auto dot = row.path.rfind('.');
  return dot == std::string_view::npos ? row.path : row.path.substr(dot + 1);
}

std::string inner_path(const KeyRow& row) {
  return std::string(row.path) + ((row.forms & kEntries) != 0 ? "[]" : "");
}

std::vector<const KeyRow*> children_of(std::string_view parent) {
  std::vector<const KeyRow*> rows;
  for (const KeyRow& row : kKeys) {
    if (parent_of(row.path) == parent) rows.push_back(&row);
  }
  return rows;
}

const KeyRow* find_row(std::string_view parent, std::string_view key) {
  const KeyRow* placeholder = nullptr;
  for (const KeyRow& row : kKeys) {
    if (parent_of(row.path) != parent) continue;
    if (key_of(row).starts_with('<')) {
      placeholder = &row;
    } else if (key_of(row) == key) {
      return &row;
    }
  }
  return placeholder;
}

std::vector<std::string_view> words_of(std::string_view choices) {
  std::vector<std::string_view> words;
  while (!choices.empty()) {
    const auto bar = choices.find('|');
    words.push_back(choices.substr(0, bar));
    choices = bar == std::string_view::npos ? std::string_view{} : choices.substr(bar + 1);
  }
  return words;
}

std::pair<std::string_view, std::vector<std::string_view>> condition_of(const KeyRow& row) {
  const auto equals = row.only_with.find('=');
  if (equals == std::string_view::npos) return {};
  return {row.only_with.substr(0, equals), words_of(row.only_with.substr(equals + 1))};
}

}  // namespace streams::runtime::config
