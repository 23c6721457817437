#pragma once

/// The deployment configuration: what the operator's YAML file says, checked and typed.
///
/// `load_config` turns one file into a `DeploymentConfig` or throws one `ConfigError` with every fault of the
/// file in it. Nothing here knows the pipeline: whether a key has a meaning for the kind of step it stands at
/// is said by the planner, which finds the line of each key with `StepConfig::where`.
///
/// All types are plain values: copy them freely, read them from any thread. No function here keeps state,
/// prints or touches the network.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace streams::runtime {

/// Every duration of the configuration. Converts without a cast to nanoseconds (the clocks' unit).
using ConfigDuration = std::chrono::microseconds;

/// A place in a configuration file; line and column count from 1, columns in characters. Line 0: nowhere.
struct ConfigSource {
  std::string file;
  int line = 0;
  int column = 0;
};

/// One thing that is wrong, or that has no meaning, and where.
struct ConfigFault {
  std::string file;
  int line = 0;
  int column = 0;
  std::string text;
};

/// `file:line:column: text`; without the place when the line is 0.
std::string to_text(const ConfigFault& fault);

/// All faults of a configuration, in the order of the file. `what()` has one line for each.
class ConfigError : public std::exception {
 public:
  explicit ConfigError(std::vector<ConfigFault> faults);

  const std::vector<ConfigFault>& faults() const { return faults_; }
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::vector<ConfigFault> faults_;
  std::string text_;
};

/// What the loader reads from outside the file. Both functions must be set; they are called on the caller's
/// thread, during the load only.
struct Environment {
  /// The value of an environment variable, nothing when it is not set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  /// The content of a file, nothing when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> read_file;
};

/// The environment and the file system of this process.
Environment process_environment();

enum class Delivery { kAtLeastOnce, kAtMostOnce, kExactlyOnce };
enum class CommitPolicy { kAsync, kSync };
enum class OnError { kFail, kDrop, kDlq };
enum class OffsetReset { kEarliest, kLatest, kError };
enum class MetricsType { kDummy, kLog, kDatadog, kPrometheus };
enum class PushMethod { kPut, kPost };
enum class Membership { kStatic, kDynamic };
enum class LocalFormat { kLines, kFramed };
enum class SecurityProtocol { kPlaintext, kSsl, kSaslPlaintext, kSaslSsl };
enum class SaslMechanism { kPlain, kScramSha256, kScramSha512 };

/// One entry of an open mapping such as `override_params`; numbers and booleans have become their text.
struct Param {
  std::string name;
  std::string value;
  /// The value came from a file or has the name of a password: never print it.
  bool secret = false;
  ConfigSource at;
};
using Params = std::vector<Param>;

/// The keys that were written, each with its place.
struct KeyPlaces {
  struct Place {
    std::string key;
    ConfigSource at;
  };
  std::vector<Place> all;

  /// The place of `key`, nothing when it was not written. Dots lead inwards: `dlq.topic`.
  const ConfigSource* find(std::string_view key) const;
};

struct MetricsConfig {
  MetricsType type = MetricsType::kDummy;
  std::string host;
  std::uint32_t port = 0;
  Params tags;
  std::uint32_t udp_queue_size = 100000;
  ConfigDuration flush_interval = std::chrono::milliseconds(100);
  ConfigDuration period = std::chrono::seconds(10);
  /// Of the DogStatsD agent; instead of host and port.
  std::optional<std::string> socket_path;
  /// Where the text of `/metrics` is sent as well, to every address of its host.
  std::optional<std::string> push_url;
  PushMethod push_method = PushMethod::kPut;
  ConfigDuration push_interval = std::chrono::seconds(15);
};

/// When a process counts as unhealthy.
struct HealthConfig {
  /// Records wait and none is finished for this long.
  ConfigDuration deadline = std::chrono::seconds(60);
  /// Time after a rebalance in which partitions need not move on.
  ConfigDuration rebalance_grace = std::chrono::seconds(60);
};

struct CommitConfig {
  ConfigDuration interval = std::chrono::milliseconds(500);
  CommitPolicy policy = CommitPolicy::kAsync;
};

/// What happens between the first failure of a record and `on_error`.
struct RetryConfig {
  /// Attempts in all: 1 means that nothing is tried again.
  std::uint32_t max_attempts = 1;
  ConfigDuration backoff = std::chrono::milliseconds(100);
  /// Share of the pause that is drawn by lot, 0 to 1.
  double jitter = 0.2;
  ConfigDuration max_backoff = std::chrono::seconds(30);
};

/// The same for one step: what is not set is the pipeline's.
struct RetryOverrides {
  std::optional<std::uint32_t> max_attempts;
  std::optional<ConfigDuration> backoff;
  std::optional<double> jitter;
  std::optional<ConfigDuration> max_backoff;

  RetryConfig over(const RetryConfig& pipeline) const;
};

/// The topics that the runtime makes between segments and behind a KeyBy.
struct InternalTopicsConfig {
  std::optional<std::uint32_t> partitions;
  std::optional<std::uint32_t> replication_factor;
  std::vector<std::string> bootstrap_servers;
};

struct ShutdownConfig {
  ConfigDuration drain_timeout = std::chrono::seconds(5);
  bool leave_on_stop = true;
};

/// As Kafka writes them: `SASL_SSL`, `SCRAM-SHA-512`.
std::string_view to_text(SecurityProtocol protocol);
std::string_view to_text(SaslMechanism mechanism);

/// How a client and its brokers know each other. Never print `key_password` and `sasl_password`.
struct SecurityConfig {
  /// Where it is written.
  ConfigSource at;
  SecurityProtocol protocol = SecurityProtocol::kPlaintext;
  /// PEM files that could be read when the configuration was; the loader made the paths relative to its file.
  std::optional<std::string> ca_file;
  std::optional<std::string> certificate_file;
  std::optional<std::string> key_file;
  std::optional<std::string> key_password;
  /// All three or none, and only with a protocol that has SASL.
  std::optional<SaslMechanism> sasl_mechanism;
  std::optional<std::string> sasl_username;
  std::optional<std::string> sasl_password;

  /// Wherever it is written.
  friend bool operator==(const SecurityConfig& a, const SecurityConfig& b);
};

struct KafkaConfig {
  Membership membership = Membership::kStatic;
  ConfigDuration session_timeout = std::chrono::seconds(10);
  /// For every client; a step's own `override_params` win.
  Params override_params;
  /// For every client whose step says nothing about it.
  std::optional<SecurityConfig> security;
  /// Where the slots of static membership are locked; the adapter has a default.
  std::optional<std::string> lock_dir;
};

struct LocalConfig {
  /// Where topics are files; a relative path was made relative to the configuration file.
  std::optional<std::string> directory;
  LocalFormat format = LocalFormat::kLines;
};

struct AdapterConfigs {
  KafkaConfig kafka;
  LocalConfig local;
  /// Any adapter's `write_healthcheck`.
  bool write_healthcheck = false;
  /// Adapters that this library does not know: their keys flattened with dots, for them to check.
  std::map<std::string, Params> others;
};

/// The dead letter queue of one source.
struct DlqConfig {
  bool enabled = true;
  std::optional<std::string> topic;
  /// Empty: those of the source.
  std::vector<std::string> bootstrap_servers;
  Params override_params;
  /// Not set: the source's where the queue is on its brokers.
  std::optional<SecurityConfig> security;
  /// The segment stops when more than this share of `ratio_window` records of a worker are dead letters.
  std::optional<double> max_invalid_ratio;
  std::uint32_t ratio_window = 1000;
  /// The segment stops when more than this many records in a row of one partition are dead letters.
  std::optional<std::uint32_t> max_consecutive_count;
};

/// What `steps_config` says about one step. What is not set is left to the code.
struct StepConfig {
  std::string name;
  /// Where the step's name stands.
  ConfigSource at;
  /// The keys that were written, relative to the step: `topic`, `dlq`, `dlq.topic`.
  KeyPlaces keys;

  std::optional<bool> starts_segment;
  /// From a number, `threads` or `multi_process.processes`.
  std::optional<std::uint32_t> threads;
  /// The threads were asked for as processes.
  bool multi_process = false;
  std::optional<OnError> on_error;
  RetryOverrides retry;
  std::optional<Delivery> delivery;

  std::vector<std::string> bootstrap_servers;
  std::optional<std::string> topic;
  std::optional<std::string> consumer_group;
  std::optional<OffsetReset> auto_offset_reset;
  std::optional<bool> strict_offset_reset;
  /// Client properties under our own defaults (`additional_settings`) and over them (`override_params`).
  Params additional_settings;
  Params override_params;
  std::optional<SecurityConfig> security;
  std::optional<DlqConfig> dlq;

  std::optional<bool> pre_partitioned;
  std::optional<std::uint64_t> batch_size;
  std::optional<std::uint64_t> batch_size_bytes;
  std::optional<ConfigDuration> batch_timedelta;
  std::optional<std::uint64_t> max_in_flight;
  std::optional<bool> ordered;
  std::optional<ConfigDuration> timeout;
  std::optional<ConfigDuration> batch_time;
  std::optional<ConfigDuration> average_sleep_time;
  std::optional<ConfigDuration> max_sleep_time;
  std::optional<std::string> bucket;
  std::optional<std::string> location;
  std::optional<std::uint64_t> thread_count;
  std::optional<std::uint64_t> max_attempts;
  std::optional<std::string> extension;
  std::optional<std::string> content_type;
  std::optional<std::string> endpoint;
  std::optional<std::string> region;
  std::optional<bool> path_style;
  std::optional<std::string> ca_file;
  std::optional<std::string> access_key_id;
  std::optional<std::string> secret_access_key;
  std::optional<std::string> session_token;
  std::optional<std::string> access_token;
  std::optional<std::string> access_token_file;
  std::optional<std::string> compression;

  /// Where `key` was written, else where the step's name stands.
  const ConfigSource& where(std::string_view key) const;
};

/// One entry of `pipeline.segments`.
struct SegmentConfig {
  ConfigSource at;
  std::optional<std::uint32_t> parallelism;
  /// In the order of the file; names are unique over all entries.
  std::vector<StepConfig> steps;

  /// Nothing when this entry does not name the step. Valid as long as this object is not changed.
  const StepConfig* find_step(std::string_view name) const;
};

struct PipelineConfig {
  /// Not set: the name in the code.
  std::optional<std::string> name;
  /// The pipeline's source file or module; a relative path was made relative to the configuration file.
  std::optional<std::string> application;
  Delivery delivery = Delivery::kAtLeastOnce;
  CommitConfig commit;
  /// `memory.budget` in bytes.
  std::uint64_t memory_budget = std::uint64_t{64} << 20;
  /// Not set: `dlq` for the records of a source that has one, else `fail`.
  std::optional<OnError> on_error;
  RetryConfig retry;
  InternalTopicsConfig internal_topics;
  ShutdownConfig shutdown;
  HealthConfig health;
  AdapterConfigs adapters;
  /// Never empty.
  std::vector<SegmentConfig> segments;
};

/// One deployment file, checked.
struct DeploymentConfig {
  std::string file;
  MetricsConfig metrics;
  PipelineConfig pipeline;
  /// The keys that were written outside the steps, by their full path: `pipeline.delivery`.
  KeyPlaces keys;
  /// `file:line:column: text` for each group of keys that is accepted and has no meaning here. The loader
  /// prints nothing; the caller shows them once.
  std::vector<std::string> warnings;
  /// Passwords, and texts that came from `${file:...}`: they must not be printed or logged.
  std::set<std::string> secrets;

  /// Where `key` was written, else the start of the file.
  ConfigSource where(std::string_view key) const;
  /// The step in whichever entry names it, else nothing. Valid as long as this object is not changed.
  const StepConfig* find_step(std::string_view name) const;
};

/// Reads and checks the file at `path` (read with `environment.read_file`). Throws ConfigError.
DeploymentConfig load_config(const std::string& path, const Environment& environment);

/// The same for a text already read; `file` is the name in errors, and relative paths start at its folder.
DeploymentConfig parse_config(std::string_view text, const std::string& file, const Environment& environment);

/// Every key and its value, one per line, `key = value`; secrets are `***`.
std::string masked_text(const DeploymentConfig& config);

}  // namespace streams::runtime
