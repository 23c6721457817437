#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <streams/runtime/log.hpp>

#include "client_config.hpp"

namespace streams::kafka {

/// What a topic takes. The values are the broker's; where it does not tell them, what every record passes.
struct TopicFacts {
  std::int32_t partitions = 0;
  std::int64_t max_message_bytes = 0;  ///< 0: not known
  bool needs_key = false;              ///< it is compacted
  /// How far a record's time may lie before and behind the broker's.
  std::chrono::milliseconds oldest = std::chrono::milliseconds::max();
  std::chrono::milliseconds newest = std::chrono::milliseconds::max();
  std::map<std::string, std::string> settings{};  ///< all that the broker tells
};

/// A topic that a step needs.
struct WantedTopic {
  std::string step;
  std::string topic;
  bool internal = false;      ///< the runtime makes it, so that a missing one is no fault
  std::string servers_key{};  ///< where the deployment names its brokers; empty: at the step
};

struct ClusterCheck {
  std::string id;  ///< the cluster's own, the same at each of its addresses; empty: it has told none
  std::map<std::string, TopicFacts> topics;
  std::vector<std::string> missing;  ///< internal topics that do not exist
  std::vector<std::string> faults;
};

/// Asks a cluster for the wanted topics. Blocks for up to `patience` when no broker answers.
ClusterCheck check_cluster(const Properties& probe_properties, const std::vector<std::string>& servers,
                           const std::vector<WantedTopic>& wanted, std::chrono::milliseconds patience,
                           runtime::Log& log);

}  // namespace streams::kafka
