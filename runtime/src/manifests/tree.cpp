#include "manifests/tree.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace streams::runtime::manifests {
namespace {

Node plain(std::string value) {
  Node node;
  node.kind = Node::Kind::kScalar;
  node.at = {0, 0};
  node.text = std::move(value);
  return node;
}

}  // namespace

Node text(std::string value) {
  Node node = plain(std::move(value));
  node.quoted = true;
  return node;
}

Node number(std::int64_t value) {
  return plain(fmt::format("{}", value));
}

Node boolean(bool value) {
  return plain(value ? "true" : "false");
}

Node nothing() {
  Node node;
  node.at = {0, 0};
  return node;
}

Node list(std::vector<Node> items) {
  Node node = nothing();
  node.kind = Node::Kind::kList;
  node.items = std::move(items);
  return node;
}

Node map(std::vector<std::pair<std::string, Node>> entries) {
  Node node = nothing();
  node.kind = Node::Kind::kMap;
  for (auto& [key, value] : entries) node.entries.push_back({std::move(key), {0, 0}, std::move(value)});
  return node;
}

const Node* find(const Node& tree, const std::vector<std::string_view>& path) {
  const Node* node = &tree;
  for (const std::string_view key : path) {
    const config::Entry* entry = node->find(key);
    if (entry == nullptr) return nullptr;
    node = &entry->value;
  }
  return node->kind == Node::Kind::kNull ? nullptr : node;
}

void put(Node& map, std::string_view key, Node value) {
  map.kind = Node::Kind::kMap;
  for (config::Entry& entry : map.entries) {
    if (entry.key != key) continue;
    entry.value = std::move(value);
    return;
  }
  map.entries.push_back({std::string(key), {0, 0}, std::move(value)});
}

void erase(Node& map, std::string_view key) {
  std::erase_if(map.entries, [&](const config::Entry& entry) { return entry.key == key; });
}

void drop_nothing(Node& tree) {
  std::erase_if(tree.entries,
                [](const config::Entry& entry) { return entry.value.kind == Node::Kind::kNull; });
  for (config::Entry& entry : tree.entries) drop_nothing(entry.value);
  for (Node& item : tree.items) drop_nothing(item);
}

}  // namespace streams::runtime::manifests
