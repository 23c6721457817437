#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <streams/runtime/log.hpp>

namespace streams::kafka {

/// Deletes the records of internal topics that their group has read and committed, from time to time for each
/// partition. Nothing waits for it, and what fails is tried again later.
///
/// Threads: one.
class Purge {
 public:
  /// `name` is its member's in the log; `log` outlives it.
  Purge(std::string name, runtime::Log& log) : name_(std::move(name)), log_(log) {}

  /// Everything below `offset` is read and committed.
  void committed(std::string_view topic, std::int32_t partition, std::int64_t offset);
  /// Asks the broker to delete what is due. The answer comes to `answers` as RD_KAFKA_EVENT_DELETERECORDS_RESULT.
  void ask(rd_kafka_t* client, rd_kafka_queue_t* answers, std::chrono::nanoseconds now);
  void answered(rd_kafka_event_t& event);
  /// The client is gone, and with it what was asked.
  void forget_asked() { asked_ = false; }

 private:
  struct Partition {
    std::int64_t committed = 0;
    std::int64_t deleted = 0;  ///< what the broker was asked for last
    std::chrono::nanoseconds due{0};
  };

  void failed(std::string_view topic, std::string_view reason);

  std::string name_;
  runtime::Log& log_;
  std::map<std::pair<std::string, std::int32_t>, Partition, std::less<>> partitions_;
  bool asked_ = false;
  bool failing_ = false;
  bool off_ = false;  ///< the broker cannot delete records
};

}  // namespace streams::kafka
