#pragma once

#include <string>
#include <string_view>

#include <streams/runtime/log.hpp>

#include "handles.hpp"

namespace streams::kafka {

/// Asks the client's cluster whether it is there. The answer comes to `answers` within two seconds, as the result of a
/// DescribeCluster.
void ask_cluster(rd_kafka_t* client, rd_kafka_queue_t* answers);

/// Tells an outage of a client's cluster twice: when it begins and when it is over. For one thread.
class Outage {
 public:
  Outage(runtime::Log& log, std::string client) : log_(log), client_(std::move(client)) {}

  void begin(std::string_view reason);
  void end();
  bool lasts() const { return lasts_; }

 private:
  runtime::Log& log_;
  std::string client_;
  bool lasts_ = false;
};

}  // namespace streams::kafka
