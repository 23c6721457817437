#include "purge.hpp"

#include <array>

#include <fmt/format.h>

#include "handles.hpp"
#include "partition_list.hpp"

namespace streams::kafka {

namespace {

using namespace std::chrono_literals;

/// Between two deletions in one partition.
constexpr auto kPause = 10s;
constexpr int kAnswerTime = 30000;

}  // namespace

void Purge::committed(std::string_view topic, std::int32_t partition, std::int64_t offset) {
  if (off_) return;
  partitions_[{std::string(topic), partition}].committed = offset;
}

void Purge::ask(rd_kafka_t* client, rd_kafka_queue_t* answers, std::chrono::nanoseconds now) {
  if (asked_ || off_) return;
  PartitionListHandle list;
  for (auto& [place, partition] : partitions_) {
    if (partition.committed <= partition.deleted || now < partition.due) continue;
    if (!list) list.reset(rd_kafka_topic_partition_list_new(static_cast<int>(partitions_.size())));
    rd_kafka_topic_partition_list_add(list.get(), place.first.c_str(), place.second)->offset =
        partition.committed;
    partition.deleted = partition.committed;
    partition.due = now + kPause;
  }
  if (!list) return;
  rd_kafka_DeleteRecords_t* wanted = rd_kafka_DeleteRecords_new(list.get());
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DELETERECORDS));
  std::array<char, 256> reason{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kAnswerTime, reason.data(), reason.size());
  rd_kafka_DeleteRecords(client, &wanted, 1, options.get(), answers);
  rd_kafka_DeleteRecords_destroy(wanted);
  asked_ = true;
}

void Purge::answered(rd_kafka_event_t& event) {
  asked_ = false;
  const auto code = rd_kafka_event_error(&event);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed({}, rd_kafka_event_error_string(&event));
  const auto* result = rd_kafka_event_DeleteRecords_result(&event);
  if (result == nullptr) return;
  bool all = true;
  for (const auto& entry : entries(*rd_kafka_DeleteRecords_result_offsets(result))) {
    if (entry.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    // A broker inside the process keeps little anyway.
    if (entry.err == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE) {
      off_ = true;
      return;
    }
    all = false;
    if (const auto found = partitions_.find(std::pair(std::string(entry.topic), entry.partition));
        found != partitions_.end())
      found->second.deleted = 0;
    failed(entry.topic, rd_kafka_err2str(entry.err));
  }
  if (all) failing_ = false;
}

void Purge::failed(std::string_view topic, std::string_view reason) {
  if (topic.empty())
    for (auto& [place, partition] : partitions_) partition.deleted = 0;
  if (std::exchange(failing_, true)) return;
  log_.warning(
      fmt::format("{}: cannot delete what is read from internal topic{}: {}; it is tried again. Until then "
                  "the topic grows: allow "
                  "this client the operation Delete on it if that is what it lacks",
                  name_, topic.empty() ? std::string("s") : fmt::format(" '{}'", topic), reason));
}

}  // namespace streams::kafka
