#include "plan/step_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/key_table.hpp"

namespace streams::runtime::planning {
namespace {

// What can refuse a record. A source and a DevNullSink cannot.
constexpr std::string_view kFallible =
    "Map|Filter|HeadersFilter|FlatMap|Parser|BatchParser|Serializer|ParquetSerializer|Batch|Unbatch|KeyBy|"
    "Route|"
    "Broadcast|Branch|Merge|AsyncMap|Reducer|StreamSink|ObjectSink|GCSSink";
// What calls a function of the author, which may fail once and succeed later.
constexpr std::string_view kCalling = "Map|Filter|FlatMap|KeyBy|Route|AsyncMap|Reducer";
constexpr std::string_view kEnds = "StreamingSource|StreamSink";

constexpr std::array kStepKeys{
    StepKey{"starts_segment", "*"},
    StepKey{"parallelism", "*"},
    StepKey{"on_error", kFallible},
    StepKey{"retry", kCalling},
    StepKey{"delivery", kEnds},
    StepKey{"bootstrap_servers", kEnds},
    StepKey{"topic", kEnds},
    StepKey{"additional_settings", kEnds},
    StepKey{"override_params", kEnds},
    StepKey{"security", kEnds},
    StepKey{"consumer_group", "StreamingSource"},
    StepKey{"auto_offset_reset", "StreamingSource"},
    StepKey{"strict_offset_reset", "StreamingSource"},
    StepKey{"dlq", "StreamingSource"},
    StepKey{"pre_partitioned", "KeyBy"},
    StepKey{"batch_size", "Batch|DevNullSink"},
    StepKey{"batch_size_bytes", "Batch"},
    StepKey{"batch_timedelta", "Batch"},
    StepKey{"max_in_flight", "AsyncMap"},
    StepKey{"ordered", "AsyncMap"},
    StepKey{"timeout", "AsyncMap"},
    StepKey{"batch_time_ms", "DevNullSink"},
    StepKey{"average_sleep_time_ms", "DevNullSink"},
    StepKey{"max_sleep_time_ms", "DevNullSink"},
    StepKey{"bucket", "GCSSink"},
    StepKey{"location", "ObjectSink"},
    StepKey{"thread_count", "ObjectSink|GCSSink"},
    StepKey{"max_attempts", "ObjectSink|GCSSink"},
    StepKey{"extension", "ObjectSink|GCSSink"},
    StepKey{"content_type", "ObjectSink|GCSSink"},
    StepKey{"endpoint", "ObjectSink|GCSSink"},
    StepKey{"region", "ObjectSink"},
    StepKey{"path_style", "ObjectSink"},
    StepKey{"ca_file", "ObjectSink|GCSSink"},
    StepKey{"access_key_id", "ObjectSink"},
    StepKey{"secret_access_key", "ObjectSink"},
    StepKey{"session_token", "ObjectSink"},
    StepKey{"access_token", "ObjectSink|GCSSink"},
    StepKey{"access_token_file", "ObjectSink|GCSSink"},
    StepKey{"compression", "ParquetSerializer"},
};

bool concerns(const StepKey& key, std::string_view kind) {
  if (key.kinds == "*") return true;
  const auto kinds = config::words_of(key.kinds);
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

config::Place place(const ConfigSource& at) {
  return {at.line, at.column};
}

}  // namespace

std::span<const StepKey> step_keys() {
  return kStepKeys;
}

bool has_meaning(std::string_view key, std::string_view kind) {
  const auto row = std::find_if(kStepKeys.begin(), kStepKeys.end(),
                                [&](const StepKey& candidate) { return candidate.key == key; });
  return row != kStepKeys.end() && concerns(*row, kind);
}

std::string keys_of(std::string_view kind) {
  std::string keys;
  for (const StepKey& key : kStepKeys) {
    if (!concerns(key, kind)) continue;
    if (!keys.empty()) keys += ", ";
    keys += key.key;
  }
  return keys;
}

void check_keys(const StepConfig& step, const Node& node, config::Faults& faults) {
  for (const KeyPlaces::Place& written : step.keys.all) {
    // Keys inside a mapping have the meaning of the mapping.
    if (written.key.find('.') != std::string::npos) continue;
    if (has_meaning(written.key, node.kind)) continue;
    faults.add(place(written.at),
               fmt::format("key '{}' has no meaning for {} '{}'; remove it (keys of a {}: {})", written.key,
                           node.kind, node.name, node.kind, keys_of(node.kind)));
  }
}

}  // namespace streams::runtime::planning
