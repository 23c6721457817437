#include "unit/config/key_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

using namespace streams::runtime::config;

namespace {

/// A mapping under construction, printed in flow style.
struct Tree {
  std::map<std::string, Tree> children;
  std::string value;

  std::string print() const {
    if (children.empty()) return value.empty() ? "{}" : value;
    std::string text;
    for (const auto& [key, child] : children) {
      const std::string inner = key.ends_with("[]") ? "[" + child.print() + "]" : child.print();
      const std::string name = key.ends_with("[]") ? key.substr(0, key.size() - 2) : key;
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", name, inner);
    }
    return "{" + text + "}";
  }
};

void set(Tree& root, std::string_view path, const std::string& value) {
  Tree* at = &root;
  while (!path.empty()) {
    const auto dot = path.find('.');
    std::string key(path.substr(0, dot));
    if (key == "<step>") key = "s";
    if (key == "<adapter>") key = "other_one";
    // The list and the value that is to stand in its place are one key.
    if (path.find('.') == std::string_view::npos) at->children.erase(key + "[]");
    at = &at->children[key];
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  at->children.clear();
  at->value = value;
}

std::string sibling(const KeyRow& row, std::string_view key) {
  return std::string(row.path.substr(0, row.path.rfind('.') + 1)) + std::string(key);
}

/// Adds what the keys beside `row` cannot be without, and the word of the key that selects it.
void add_siblings(Tree& root, const KeyRow& row) {
  const auto [selector, words] = condition_of(row);
  const std::string word(words.empty() ? std::string_view{} : words.front());
  if (!word.empty()) set(root, sibling(row, selector), word);
  for (const KeyRow* other : children_of(row.path.substr(0, row.path.rfind('.')))) {
    if (!other->required || (other->forms & (kMapping | kEntries)) != 0) continue;
    if (key_of(*other) == selector) continue;
    if (!other->instead.empty() && other->instead == key_of(row)) continue;
    const auto allowed = condition_of(*other).second;
    const bool applies = allowed.empty() || std::find(allowed.begin(), allowed.end(), word) != allowed.end();
    if (applies) set(root, other->path, std::string(other->example));
  }
}

/// The smallest file that has a step `s`, with what the keys of `row`'s mapping, and of those around it,
/// cannot be without.
Tree surroundings(const KeyRow& row) {
  Tree root;
  set(root, "pipeline.segments[].steps_config.<step>", "");
  for (const KeyRow& outer : key_table()) {
    const bool is_outer = &outer == &row || row.path.starts_with(std::string(outer.path) + ".");
    if (is_outer && outer.path.find('.') != std::string_view::npos) add_siblings(root, outer);
  }
  return root;
}

}  // namespace

std::string file_with(const KeyRow& row, std::string_view value) {
  Tree root = surroundings(row);
  set(root, row.path, std::string(value));
  return root.print();
}

std::string smallest_file() {
  return surroundings(key_table().front()).print();
}
