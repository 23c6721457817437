#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace streams::tests {

/// A record as a test writes or reads it. `std::nullopt` is Kafka's null; -1 means "not given".
struct KafkaRecord {
  std::optional<std::string> key{};
  std::optional<std::string> value{};
  std::vector<std::pair<std::string, std::optional<std::string>>> headers{};
  std::int64_t timestamp_ms = -1;  ///< written: -1 is "now"
  std::int32_t partition = -1;     ///< written: -1 lets the partitioner (murmur2_random) choose
  std::int64_t offset = -1;        ///< read only
};

/// What a consumer group looks like to the broker.
struct KafkaGroup {
  std::string state;  ///< "Stable", "Empty", "Dead", ... as librdkafka names it
  std::vector<std::string> client_ids;
  std::vector<std::string> instance_ids;  ///< of static members only
};

/// The tests' own hands on a broker, independent of the code under test: topics, records, offsets, groups.
/// Every call waits for the broker's answer and throws std::runtime_error, with librdkafka's words, when
/// there is none or when it is an error. One thread at a time per object.
class KafkaClient {
 public:
  explicit KafkaClient(std::string bootstrap);
  ~KafkaClient();
  KafkaClient(const KafkaClient&) = delete;
  KafkaClient& operator=(const KafkaClient&) = delete;

  const std::string& bootstrap() const { return bootstrap_; }

  /// Waits until the broker's metadata name at least one broker; false when that does not happen in time.
  bool wait_until_ready(std::chrono::milliseconds timeout);

  /// Creates the topic and waits until its partitions have a leader.
  void create_topic(const std::string& name, int partitions = 1,
                    const std::map<std::string, std::string>& config = {});
  /// Deletes the topic and waits until it is gone from the metadata.
  void delete_topic(const std::string& name);
  bool topic_exists(const std::string& name);
  /// All settings of the topic that are in force.
  std::map<std::string, std::string> topic_settings(const std::string& name);

  /// Writes the records in order and returns when every one is acknowledged.
  void produce(const std::string& topic, const std::vector<KafkaRecord>& records);

  /// All that the topic holds now, by partition and offset. `isolation` is "read_uncommitted" or
  /// "read_committed".
  std::vector<KafkaRecord> consume_all(const std::string& topic,
                                       const std::string& isolation = "read_uncommitted");

  /// As `consume_all`, but asks again until `count` records are there or the time is over; what is there then
  /// is returned, so that a test sees a surplus and a lack alike.
  std::vector<KafkaRecord> consume_at_least(const std::string& topic, std::size_t count,
                                            std::chrono::milliseconds timeout = std::chrono::seconds(20));

  /// Committed offset per partition; a partition without one is not in the map.
  std::map<std::int32_t, std::int64_t> committed_offsets(const std::string& group, const std::string& topic);
  /// The offset of the first record that is kept, per partition.
  std::map<std::int32_t, std::int64_t> first_offsets(const std::string& topic);
  /// The offset that the next record will get, per partition.
  std::map<std::int32_t, std::int64_t> end_offsets(const std::string& topic);
  /// Removes what lies below the given offsets, as retention does.
  void delete_records(const std::string& topic, const std::map<std::int32_t, std::int64_t>& before);

  /// What an access rule is about: all topics whose names begin with `prefix`, or the cluster.
  struct AccessRule {
    enum class Operation { all, create, remove } operation = Operation::all;
    std::optional<std::string> topics{};  ///< the prefix, or "*" for all; none: the cluster
    bool allowed = false;
  };
  /// Adds a rule for everybody; for brokers that have an authorizer.
  void add_access_rule(const AccessRule& rule);

  KafkaGroup describe_group(const std::string& group);

 private:
  struct Handles;

  std::int32_t partition_count(const std::string& topic);
  std::map<std::int32_t, std::int64_t> offsets_at(const std::string& topic, std::int64_t place);

  std::string bootstrap_;
  std::unique_ptr<Handles> handles_;
};

}  // namespace streams::tests
