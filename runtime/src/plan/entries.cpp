#include "plan/entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace streams::runtime::planning {
namespace {

std::optional<std::size_t> naming_entry(const Node& node, const DeploymentConfig& config) {
  const auto& entries = config.pipeline.segments;
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const SegmentConfig& entry) {
    return entry.find_step(node.name) != nullptr;
  });
  if (found == entries.end()) return std::nullopt;
  return static_cast<std::size_t>(found - entries.begin());
}

/// Says which two steps of two entries lead to each other.
void check_for_circle(const Graph& graph, const std::vector<std::size_t>& entry_of, std::size_t entries,
                      const DeploymentConfig& config, config::Faults& faults) {
  std::vector<std::set<std::size_t>> reaches(entries);
  const auto& nodes = graph.nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const std::size_t output : nodes[i].outputs) {
      if (entry_of[i] != entry_of[output]) reaches[entry_of[i]].insert(entry_of[output]);
    }
  }
  for (bool more = true; std::exchange(more, false);) {
    for (auto& from : reaches) {
      for (const std::size_t via : std::set<std::size_t>(from)) {
        const std::size_t before = from.size();
        from.insert(reaches[via].begin(), reaches[via].end());
        more |= from.size() != before;
      }
    }
  }
  for (std::size_t a = 0; a < entries; ++a) {
    for (std::size_t b = a + 1; b < entries; ++b) {
      if (!reaches[a].contains(b) || !reaches[b].contains(a)) continue;
      const ConfigSource& at = config.pipeline.segments[b].at;
      faults.add({at.line, at.column},
                 fmt::format("segments {} and {} feed each other; records may only go from one to the other, so "
                             "move the steps between them into one of the entries",
                             a, b));
    }
  }
}

}  // namespace

std::vector<std::size_t> find_entries(const Graph& graph, const DeploymentConfig& config,
                                      config::Faults& faults) {
  const auto& nodes = graph.nodes();
  std::vector<std::size_t> entry_of(nodes.size(), 0);
  const std::size_t entries = std::max<std::size_t>(1, config.pipeline.segments.size());
  if (entries == 1) return entry_of;
  bool clear = true;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (const auto named = naming_entry(nodes[i], config)) {
      entry_of[i] = *named;
      continue;
    }
    if (nodes[i].inputs.empty()) continue;
    const std::size_t first = nodes[i].inputs.front();
    entry_of[i] = entry_of[first];
    for (const std::size_t input : nodes[i].inputs) {
      if (entry_of[input] == entry_of[first]) continue;
      clear = false;
      const ConfigSource& at = config.pipeline.segments[entry_of[input]].at;
      faults.add({at.line, at.column},
                 fmt::format("{} '{}' reads from '{}' in segment {} and from '{}' in segment {}, and no entry names "
                             "it; put it under the 'steps_config' of one of them",
                             nodes[i].kind, nodes[i].name, nodes[first].name, entry_of[first], nodes[input].name,
                             entry_of[input]));
    }
  }
  for (std::size_t entry = 0; entry < entries; ++entry) {
    if (std::find(entry_of.begin(), entry_of.end(), entry) != entry_of.end()) continue;
    const ConfigSource& at = config.pipeline.segments[entry].at;
    faults.add({at.line, at.column},
               fmt::format("segment {} has no steps; name one under its 'steps_config', or remove the entry", entry));
  }
  if (clear) check_for_circle(graph, entry_of, entries, config, faults);
  return entry_of;
}

}  // namespace streams::runtime::planning
