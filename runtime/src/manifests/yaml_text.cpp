#include "manifests/yaml_text.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace streams::runtime::manifests {
namespace {

bool is_one_of(std::string_view text, const auto& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) == static_cast<unsigned char>(b);
    });
  });
}

/// Whether some reader of YAML takes the bare text for something else than a text: a word with a meaning, or
/// something that begins as numbers and dates do.
bool looks_like_a_value(std::string_view text) {
  static constexpr std::array<std::string_view, 11> kWords{"",   "~",  "null", "true", "false", "yes",
                                                           "no", "on", "off",  "y",    "n"};
  if (is_one_of(text, kWords) || text == "=" || text == "<<") return true;
  const std::size_t sign = text.front() == '+' || text.front() == '-' || text.front() == '.' ? 1 : 0;
  if (text.front() == '.' && is_one_of(text.substr(1), std::array<std::string_view, 2>{"inf", "nan"}))
    return true;
  if (text.size() == sign || std::isdigit(static_cast<unsigned char>(text[sign])) == 0) return false;
  return std::all_of(text.begin(), text.end(), [](char letter) {
    return std::isxdigit(static_cast<unsigned char>(letter)) != 0 ||
           std::string_view("+-.:_xXoOTZ ").find(letter) != std::string_view::npos;
  });
}

/// A literal block keeps one newline at its end, takes its depth from its first line, and cannot hold control
/// characters.
bool fits_a_literal_block(std::string_view text) {
  if (!text.ends_with('\n') || text.ends_with("\n\n") || text.front() == ' ' || text.front() == '\n')
    return false;
  return std::none_of(text.begin(), text.end(), [](char letter) {
    return (static_cast<unsigned char>(letter) < 0x20 && letter != '\n' && letter != '\t') || letter == 0x7f;
  });
}

void write(YAML::Emitter& out, const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      out << YAML::Null;
      return;
    case Node::Kind::kScalar:
      if (node.quoted && node.text.find('\n') != std::string::npos) {
        out << (fits_a_literal_block(node.text) ? YAML::Literal : YAML::DoubleQuoted);
      } else if (node.quoted && looks_like_a_value(node.text)) {
        out << YAML::DoubleQuoted;
      }
      out << node.text;
      return;
    case Node::Kind::kList:
      if (node.items.empty()) out << YAML::Flow;
      out << YAML::BeginSeq;
      for (const Node& item : node.items) write(out, item);
      out << YAML::EndSeq;
      return;
    case Node::Kind::kMap:
      if (node.entries.empty()) out << YAML::Flow;
      out << YAML::BeginMap;
      for (const config::Entry& entry : node.entries) {
        out << YAML::Key;
        write(out, text(entry.key));
        out << YAML::Value;
        write(out, entry.value);
      }
      out << YAML::EndMap;
      return;
  }
}

}  // namespace

std::string yaml_text(const std::vector<Node>& documents) {
  std::string all;
  for (const Node& document : documents) {
    YAML::Emitter out;
    write(out, document);
    all += "---\n";
    all.append(out.c_str(), out.size());
    if (!all.ends_with('\n')) all += '\n';
  }
  return all;
}

}  // namespace streams::runtime::manifests
