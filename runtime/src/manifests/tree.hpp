#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.hpp"

/// Manifests are trees of YAML values, the same type as a file that was read: a user's template and what is
/// made here are merged without a detour. These make such values; the place of a made one is line 0.
namespace streams::runtime::manifests {

using config::Node;

/// A text. It stays one when it looks like a number.
Node text(std::string value);
Node number(std::int64_t value);
Node boolean(bool value);
/// A key that a later layer fills; it is left out when none does.
Node nothing();
Node list(std::vector<Node> items);
/// Keys in this order.
Node map(std::vector<std::pair<std::string, Node>> entries);

/// Nothing when `tree` has no value there. `path` goes inwards: `{"spec", "replicas"}`.
const Node* find(const Node& tree, const std::vector<std::string_view>& path);
/// Adds a key at the end, or replaces its value.
void put(Node& map, std::string_view key, Node value);
void erase(Node& map, std::string_view key);
/// Removes what is null, at every depth.
void drop_nothing(Node& tree);

}  // namespace streams::runtime::manifests
