#include "start_positions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "assignment.hpp"
#include "error_kinds.hpp"
#include "partition_list.hpp"

namespace streams::kafka {
namespace {

constexpr int kLookUpTimeout = 500;

absl::Status read_committed(rd_kafka_t* client, const Asker& asker, rd_kafka_topic_partition_list_t& list) {
  auto code = rd_kafka_committed(client, &list, kLookUpTimeout);
  for (const auto& entry : entries(list))
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = entry.err;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  const std::string text = fmt::format("{}: cannot read the offsets of group '{}': {}", asker.member,
                                       asker.group, rd_kafka_err2str(code));
  return is_permanent(code) ? absl::PermissionDeniedError(text) : absl::UnavailableError(text);
}

void learn_from_commits(std::span<JoinedTopic> topics, const rd_kafka_topic_partition_list_t& list) {
  for (const auto& entry : entries(list)) {
    JoinedTopic* topic = find_topic(topics, entry.topic);
    const auto count = partitions_in_metadata(metadata_of(entry));
    if (topic == nullptr || entry.offset < 0 || !count) continue;
    topic->partitions_at_first_start = std::min(*count, topic->partitions_at_first_start.value_or(*count));
  }
}

/// The number of partitions at the group's first start is in the commits of some partition, or this is that start.
absl::Status learn_first_start(rd_kafka_t* client, const Asker& asker, std::span<JoinedTopic> topics,
                               JoinedTopic& topic) {
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(client, 0, topic.handle.get(), &raw, kLookUpTimeout);
  const MetadataHandle metadata(raw);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || metadata->topic_cnt != 1 ||
      metadata->topics[0].partition_cnt == 0)
    return absl::UnavailableError(fmt::format("{}: cannot read the metadata of topic '{}': {}", asker.member,
                                              topic.plan.name, rd_kafka_err2str(code)));
  const std::int32_t count = metadata->topics[0].partition_cnt;
  const PartitionListHandle all(rd_kafka_topic_partition_list_new(count));
  rd_kafka_topic_partition_list_add_range(all.get(), rd_kafka_topic_name(topic.handle.get()), 0, count - 1);
  if (auto status = read_committed(client, asker, *all); !status.ok()) return status;
  learn_from_commits(topics, *all);
  if (!topic.partitions_at_first_start) topic.partitions_at_first_start = count;
  return absl::OkStatus();
}

absl::Status refused(const Asker& asker, const JoinedTopic& topic, std::int32_t partition) {
  return absl::FailedPreconditionError(
      fmt::format("step '{}': group '{}' has no committed offset for topic '{}' partition {}, and {} forbids "
                  "to choose one: "
                  "commit one for the group, or set auto_offset_reset to earliest or latest",
                  topic.plan.step, asker.group, topic.plan.name, partition,
                  topic.plan.strict ? "strict_offset_reset" : "auto_offset_reset 'error'"));
}

/// Fills in the ends of the topics. The two special offsets are the protocol's special times as well: one request
/// finds them all.
absl::Status read_ends(rd_kafka_t* client, const Asker& asker, rd_kafka_topic_partition_list_t& list) {
  if (list.cnt == 0) return absl::OkStatus();
  const auto code = rd_kafka_offsets_for_times(client, &list, kLookUpTimeout);
  for (const auto& entry : entries(list)) {
    const auto worst = code != RD_KAFKA_RESP_ERR_NO_ERROR ? code : entry.err;
    if (worst == RD_KAFKA_RESP_ERR_NO_ERROR && entry.offset >= 0) continue;
    return absl::UnavailableError(fmt::format("{}: cannot read the ends of topic '{}' partition {}: {}",
                                              asker.member, entry.topic, entry.partition,
                                              rd_kafka_err2str(worst)));
  }
  return absl::OkStatus();
}

}  // namespace

JoinedTopic* find_topic(std::span<JoinedTopic> topics, std::string_view name) {
  const auto found = std::find_if(topics.begin(), topics.end(),
                                  [name](const JoinedTopic& t) { return t.plan.name == name; });
  return found == topics.end() ? nullptr : &*found;
}

absl::StatusOr<std::vector<bool>> find_starts(rd_kafka_t* client, const Asker& asker,
                                              std::span<JoinedTopic> topics,
                                              rd_kafka_topic_partition_list_t& partitions) {
  std::vector<bool> has_commit;
  if (partitions.cnt == 0) return has_commit;
  if (auto status = read_committed(client, asker, partitions); !status.ok()) return status;
  learn_from_commits(topics, partitions);

  const PartitionListHandle open(rd_kafka_topic_partition_list_new(partitions.cnt));
  for (const auto& entry : entries(partitions)) {
    JoinedTopic* topic = find_topic(topics, entry.topic);
    if (topic == nullptr)
      return absl::InternalError(fmt::format("{}: assigned topic '{}'", asker.member, entry.topic));
    if (!topic->partitions_at_first_start) {
      if (auto status = learn_first_start(client, asker, topics, *topic); !status.ok()) return status;
    }
    const StartPlace place = decide_start({.partition = entry.partition,
                                           .has_commit = entry.offset >= 0,
                                           .partitions_at_first_start = topic->partitions_at_first_start,
                                           .reset = topic->plan.reset,
                                           .strict = topic->plan.strict});
    if (place == StartPlace::refused) return refused(asker, *topic, entry.partition);
    has_commit.push_back(place == StartPlace::committed);
    if (place == StartPlace::committed) continue;
    rd_kafka_topic_partition_list_add(open.get(), entry.topic, entry.partition)->offset =
        place == StartPlace::earliest ? RD_KAFKA_OFFSET_BEGINNING : RD_KAFKA_OFFSET_END;
  }
  if (auto status = read_ends(client, asker, *open); !status.ok()) return status;
  for (const auto& entry : entries(*open))
    rd_kafka_topic_partition_list_find(&partitions, entry.topic, entry.partition)->offset = entry.offset;
  return has_commit;
}

}  // namespace streams::kafka
