#include "codec/json_path.hpp"

#include <algorithm>
#include <vector>

namespace streams::json {
namespace {

/// Keys are part of the payload: a long one is cut.
constexpr std::size_t kLongestKey = 64;

struct Level {
  bool array = false;
  std::size_t index = 0;
  std::string_view key = {};
  bool key_next = true;
};

bool is_word(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '$' || c == '@';
  });
}

}  // namespace

void append_member(std::string& path, std::string_view name) {
  std::size_t size = std::min(name.size(), kLongestKey);
  // Never half a character.
  while (size < name.size() && size > 0 && (static_cast<unsigned char>(name[size]) & 0xC0) == 0x80) --size;
  const std::string_view shown = name.substr(0, size);
  if (is_word(shown) && shown.size() == name.size()) {
    path.append(".").append(shown);
  } else {
    path.append("[\"").append(shown).append(shown.size() < name.size() ? "..." : "").append("\"]");
  }
}

std::string path_after(std::string_view before) {
  std::vector<Level> levels;
  for (std::size_t i = 0; i < before.size(); ++i) {
    switch (before[i]) {
      case '{':
      case '[':
        levels.emplace_back().array = before[i] == '[';
        break;
      case '}':
      case ']':
        if (!levels.empty()) levels.pop_back();
        break;
      case ',':
        if (!levels.empty()) {
          ++levels.back().index;
          levels.back().key_next = true;
        }
        break;
      case ':':
        if (!levels.empty()) levels.back().key_next = false;
        break;
      case '"': {
        const std::size_t open = i + 1;
        for (++i; i < before.size() && before[i] != '"'; ++i) {
          if (before[i] == '\\') ++i;
        }
        const std::size_t close = std::min(i, before.size());
        if (!levels.empty() && levels.back().key_next) levels.back().key = before.substr(open, close - open);
        break;
      }
      default:
        break;
    }
  }
  std::string path = "$";
  for (const Level& level : levels) {
    if (level.array) {
      path += '[' + std::to_string(level.index) + ']';
    } else if (!level.key_next) {
      append_member(path, level.key);
    }
  }
  return path;
}

}  // namespace streams::json
