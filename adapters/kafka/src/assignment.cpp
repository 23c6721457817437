#include "assignment.hpp"

#include <charconv>

namespace streams::kafka {

namespace {
constexpr std::string_view kPrefix = "streams:partitions=";
}

std::string commit_metadata(std::int32_t partitions_at_first_start) {
  return std::string(kPrefix) + std::to_string(partitions_at_first_start);
}

std::optional<std::int32_t> partitions_in_metadata(std::string_view metadata) {
  if (!metadata.starts_with(kPrefix)) return std::nullopt;
  metadata.remove_prefix(kPrefix.size());
  std::int32_t count = 0;
  const auto [end, error] = std::from_chars(metadata.data(), metadata.data() + metadata.size(), count);
  if (error != std::errc() || end != metadata.data() + metadata.size() || count <= 0) return std::nullopt;
  return count;
}

StartPlace decide_start(const StartFacts& facts) {
  if (facts.has_commit) return StartPlace::committed;
  if (facts.partitions_at_first_start && facts.partition >= *facts.partitions_at_first_start)
    return StartPlace::earliest;
  if (facts.strict) return StartPlace::refused;
  switch (facts.reset) {
    case runtime::OffsetReset::kEarliest:
      return StartPlace::earliest;
    case runtime::OffsetReset::kLatest:
      return StartPlace::latest;
    case runtime::OffsetReset::kError:
      return StartPlace::refused;
  }
  return StartPlace::refused;
}

}  // namespace streams::kafka
