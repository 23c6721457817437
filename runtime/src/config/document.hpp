#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/faults.hpp"

namespace streams::runtime::config {

struct Entry;

/// A YAML value with its place, before it has a type. Aliases and merge keys are resolved.
struct Node {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  Place at;
  /// The scalar's text, and whether it was written with quotes (then it is never a number).
  std::string text;
  bool quoted = false;
  std::vector<Node> items;
  std::vector<Entry> entries;

  /// Nothing when this is no mapping or has no such key.
  const Entry* find(std::string_view key) const;
};

/// One `key: value` of a mapping.
struct Entry {
  std::string key;
  Place at;
  Node value;
};

/// Reads the one document of a YAML text. Duplicate keys, a second document, tags and keys that are no text
/// are faults; after a fault of the syntax the result is null.
Node read_document(std::string_view text, Faults& faults);

}  // namespace streams::runtime::config
