#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <streams/runtime/config.hpp>

// Where reading a partition begins.
//
// A committed offset is where it goes on. A partition without one begins at the place of `auto_offset_reset`,
// and that place is committed before its first record is taken, so that a crash cannot move it. A partition
// that was added to the topic after the group's first start begins at its first record, for whatever
// `auto_offset_reset` says: records were written to it before the group could know it. To tell the two apart,
// every commit of the group carries the number of partitions that the topic had at the group's first start.

namespace streams::kafka {

/// The metadata of a commit: "streams:partitions=N".
std::string commit_metadata(std::int32_t partitions_at_first_start);
/// N, or nothing when the commit is not one of ours.
std::optional<std::int32_t> partitions_in_metadata(std::string_view metadata);

enum class StartPlace { committed, earliest, latest, refused };

struct StartFacts {
  std::int32_t partition = 0;
  bool has_commit = false;
  /// The smallest N that any commit of the group for this topic carries.
  std::optional<std::int32_t> partitions_at_first_start;
  runtime::OffsetReset reset = runtime::OffsetReset::kLatest;
  /// Stop where `reset` would have to choose.
  bool strict = false;
};

StartPlace decide_start(const StartFacts& facts);

}  // namespace streams::kafka
