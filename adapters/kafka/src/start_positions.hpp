#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <streams/runtime/config.hpp>

#include "handles.hpp"

namespace streams::kafka {

struct MemberTopic {
  std::string step;
  std::string_view name;  ///< outlives the member and its batches
  runtime::OffsetReset reset = runtime::OffsetReset::kLatest;
  bool strict = false;
  std::size_t source = 0;  ///< index into `Segment::sources`
  bool purged = false;     ///< this group alone reads it, and deletes what it has read
};

/// A topic that a member reads.
struct JoinedTopic {
  MemberTopic plan;
  TopicHandle handle;
  /// The number in this group's commits for this topic.
  std::optional<std::int32_t> partitions_at_first_start;
};

/// The topic of that name, null when it is none of these.
JoinedTopic* find_topic(std::span<JoinedTopic> topics, std::string_view name);

/// Who asks, for error texts.
struct Asker {
  std::string_view member;
  std::string_view group;
};

/// Fills in where each partition of the list begins, by the rules of `assignment.hpp`, and what is learnt about the
/// topics. Returns which of them begin at a committed offset. An error that heals by itself is `Unavailable`; then
/// nothing was decided. Blocks for up to half a second for each of its questions.
absl::StatusOr<std::vector<bool>> find_starts(rd_kafka_t* client, const Asker& asker,
                                              std::span<JoinedTopic> topics,
                                              rd_kafka_topic_partition_list_t& partitions);

}  // namespace streams::kafka
