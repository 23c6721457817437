#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include <streams/runtime/dead_letter_store.hpp>

#include "logged_client.hpp"

namespace streams::kafka {

/// Reads a topic from one offset to another, without a group's help: nothing is joined or committed, and records of
/// transactions that are not committed are left out. Threads: one.
class TopicReader {
 public:
  /// `properties` are a consumer's, with a group name that the cluster lets this client use. `stop` is asked every
  /// tenth of a second.
  static absl::StatusOr<std::unique_ptr<TopicReader>> make(Properties properties, std::string name,
                                                           runtime::Log& log, std::function<bool()> stop);

  /// Partitions of the topic; 0 when there is no such topic.
  absl::StatusOr<std::int32_t> partitions(const std::string& topic);
  /// What the topic holds now, partition by partition.
  absl::StatusOr<std::vector<runtime::DeadLetterRange>> ranges(const std::string& topic);
  /// Until `record` returns false. The message lives as long as the call.
  absl::Status read(const std::string& topic, std::span<const runtime::DeadLetterRange> ranges,
                    const std::function<bool(const rd_kafka_message_t& message)>& record);

  rd_kafka_t* client() const { return client_->get(); }

 private:
  TopicReader(std::unique_ptr<LoggedClient> client, std::string name, std::function<bool()> stop)
      : client_(std::move(client)), name_(std::move(name)), stop_(std::move(stop)) {}

  std::unique_ptr<LoggedClient> client_;
  std::string name_;
  std::function<bool()> stop_;
};

}  // namespace streams::kafka
