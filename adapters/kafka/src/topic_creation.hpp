#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <absl/status/status.h>

namespace streams::kafka {

/// A topic to be made.
struct NewTopic {
  std::string name;
  int partitions = 1;
  int replication_factor = -1;  ///< -1: the cluster's default
  std::vector<std::pair<std::string, std::string>> settings{};
};

/// How the making of a topic ended.
struct TopicCreation {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string reason{};  ///< in words; empty: it is there
  bool by_us = false;    ///< it was not there before
};

/// Makes a topic and waits until all its partitions can be written. One that is there already, or that somebody else
/// makes at this moment, stays as it is and is no error. Blocks for up to `patience`, or until `stop` says so.
TopicCreation create_topic(rd_kafka_t* client, const NewTopic& topic, std::chrono::milliseconds patience,
                           const std::function<bool()>& stop);

}  // namespace streams::kafka
