#include "manifests/merge.hpp"

#include <fmt/format.h>

namespace streams::runtime::manifests {
namespace {

enum class Nulls { say_nothing, remove };

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kMap:
      return "a mapping";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kScalar:
      return "a value";
    case Node::Kind::kNull:
      break;
  }
  return "nothing";
}

std::string_view identity_key(std::string_view list) {
  if (list == "volumeMounts") return "mountPath";
  if (list == "ports") return "containerPort";
  return "name";
}

/// What the item of a list is about; null when it does not say.
const std::string* identity(const Node& item, std::string_view list) {
  const config::Entry* entry = item.find(identity_key(list));
  return entry == nullptr || entry->value.kind != Node::Kind::kScalar ? nullptr : &entry->value.text;
}

/// The place of the item that is about the same thing; the end when there is none.
std::size_t place_of_same(const std::vector<Node>& items, const Node& wanted, std::string_view list) {
  const std::string* name = identity(wanted, list);
  std::size_t place = name == nullptr ? items.size() : 0;
  for (; place < items.size(); ++place) {
    if (const std::string* other = identity(items[place], list); other != nullptr && *other == *name) break;
  }
  return place;
}

std::string last_key(std::string_view path) {
  return std::string(path.substr(path.rfind('.') + 1));
}

std::string inner(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

void lay(Node& lower, const Node& upper, Nulls nulls, const std::string& path, config::Faults& faults) {
  if (upper.kind == Node::Kind::kNull) return;
  if (lower.kind == Node::Kind::kNull) {
    lower = upper;
    return;
  }
  if (lower.kind != upper.kind) {
    faults.add(upper.at, fmt::format("'{}' is {} here, and {} where it is merged into; write {}", path,
                                     kind_name(upper.kind), kind_name(lower.kind), kind_name(lower.kind)));
    return;
  }
  if (upper.kind == Node::Kind::kMap) {
    for (const config::Entry& entry : upper.entries) {
      if (entry.value.kind == Node::Kind::kNull && nulls == Nulls::remove) {
        erase(lower, entry.key);
        continue;
      }
      bool known = false;
      for (config::Entry& below : lower.entries) {
        if (below.key != entry.key) continue;
        known = true;
        lay(below.value, entry.value, nulls, inner(path, entry.key), faults);
      }
      if (!known) lower.entries.push_back(entry);
    }
  } else if (upper.kind == Node::Kind::kList) {
    const std::string list = last_key(path);
    for (const Node& item : upper.items) {
      if (const std::size_t place = place_of_same(lower.items, item, list); place < lower.items.size()) {
        lay(lower.items[place], item, nulls, path, faults);
      } else {
        lower.items.push_back(item);
      }
    }
  } else {
    lower = upper;
  }
}

void compare(const Node& lower, const Node& upper, const std::string& path, std::string_view inside,
             config::Faults& faults) {
  if (lower.kind == Node::Kind::kNull || upper.kind == Node::Kind::kNull) return;
  if (lower.kind != upper.kind) {
    faults.add(lower.at, fmt::format("'{}{}' is {} here and must be {}, because `manifests` adds to it",
                                     inside, path, kind_name(lower.kind), kind_name(upper.kind)));
    return;
  }
  if (upper.kind == Node::Kind::kMap) {
    for (const config::Entry& entry : upper.entries) {
      if (const config::Entry* below = lower.find(entry.key))
        compare(below->value, entry.value, inner(path, entry.key), inside, faults);
    }
  } else if (upper.kind == Node::Kind::kList) {
    for (const Node& item : upper.items) {
      const std::size_t place = place_of_same(lower.items, item, last_key(path));
      if (place < lower.items.size()) compare(lower.items[place], item, path, inside, faults);
    }
  } else if (lower.text != upper.text) {
    faults.add(
        lower.at,
        fmt::format("'{}{}' is set by `manifests`, to '{}': take it out of this template, and say it by "
                    "a flag where there is one, or in the file of --patch",
                    inside, path, upper.text));
  }
}

}  // namespace

void merge(Node& lower, const Node& upper, config::Faults& faults) {
  lay(lower, upper, Nulls::say_nothing, "", faults);
}

void merge_patch(Node& lower, const Node& patch, config::Faults& faults) {
  lay(lower, patch, Nulls::remove, "", faults);
}

void find_conflicts(const Node& lower, const Node& upper, std::string_view inside, config::Faults& faults) {
  compare(lower, upper, "", inside, faults);
}

}  // namespace streams::runtime::manifests
