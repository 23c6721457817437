#include <streams/graph_print.hpp>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace streams {
namespace {

std::string_view type_of(const PayloadType* type) {
  return type == nullptr ? std::string_view{} : type->name;
}

/// `text` with each character of the table replaced.
std::string escaped(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> table) {
  std::string result;
  for (const char c : text) {
    const auto* found =
        std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.first == c; });
    if (found == table.end()) {
      result += c;
    } else {
      result += found->second;
    }
  }
  return result;
}

std::string dot_text(std::string_view text) {
  return '"' + escaped(text, {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}}) + '"';
}

std::string mermaid_text(std::string_view text) {
  return escaped(text, {{'"', "#quot;"}, {'#', "#35;"}, {'<', "#lt;"}, {'>', "#gt;"}, {'\n', " "}});
}

std::string json_text(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      result += "\\u00";
      result += kHex[static_cast<unsigned char>(c) >> 4];
      result += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string json_value(const OptionValue& value) {
  const bool bare = std::holds_alternative<bool>(value) || std::holds_alternative<std::int64_t>(value) ||
                    std::holds_alternative<double>(value);
  return bare ? to_string(value) : json_text(to_string(value));
}

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  result.resize(std::max(width, text.size()), ' ');
  return result;
}

bool is_set(const Option& option) {
  return !std::holds_alternative<std::monostate>(option.value);
}

std::string_view edge_type(const Node& from) {
  return type_of(from.output);
}

}  // namespace

std::string to_text(const Graph& graph) {
  std::size_t name_width = 0;
  std::size_t kind_width = 0;
  for (const Node& node : graph.nodes()) {
    name_width = std::max(name_width, node.name.size());
    kind_width = std::max(kind_width, node.kind.size());
  }
  std::string text = "pipeline " + graph.name() + "\n";
  for (const Node& node : graph.nodes()) {
    text += "  " + padded(node.name, name_width) + "  " + padded(node.kind, kind_width);
    if (!node.inputs.empty()) {
      text += "  <-";
      const char* separator = " ";
      for (const std::size_t input : node.inputs) {
        text += std::exchange(separator, ", ");
        text += graph.nodes()[input].name;
      }
    }
    if (node.output != nullptr) text.append("  : ").append(node.output->name);
    if (!node.stream.empty()) text += "  stream=" + node.stream;
    for (const Option& option : node.options) {
      if (is_set(option)) text += "  " + option.name + "=" + to_string(option.value);
    }
    text += '\n';
  }
  return text;
}

std::string to_dot(const Graph& graph) {
  std::string text = "digraph " + dot_text(graph.name()) + " {\n  rankdir=LR;\n  node [shape=box];\n";
  const auto& nodes = graph.nodes();
  for (const Node& node : nodes) {
    std::string label = node.name + "\n" + node.kind;
    if (!node.stream.empty()) label += " " + node.stream;
    text += "  " + dot_text(node.name) + " [label=" + dot_text(label);
    if (node.role != NodeRole::transform) text += ", style=rounded";
    text += "];\n";
  }
  for (const Node& node : nodes) {
    for (const std::size_t output : node.outputs) {
      text += "  " + dot_text(node.name) + " -> " + dot_text(nodes[output].name) +
              " [label=" + dot_text(edge_type(node)) + "];\n";
    }
  }
  return text + "}\n";
}

std::string to_mermaid(const Graph& graph) {
  std::string text = "flowchart LR\n";
  const auto& nodes = graph.nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    std::string label = mermaid_text(node.name) + "<br/>" + mermaid_text(node.kind);
    if (!node.stream.empty()) label += " " + mermaid_text(node.stream);
    const bool inside = node.role == NodeRole::transform;
    text += "  s" + std::to_string(i) + (inside ? "[\"" : "([\"") + label + (inside ? "\"]" : "\"])") + "\n";
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const std::size_t output : nodes[i].outputs) {
      text += "  s" + std::to_string(i) + " -- \"" + mermaid_text(edge_type(nodes[i])) + "\" --> s" +
              std::to_string(output) + "\n";
    }
  }
  return text;
}

std::string to_json(const Graph& graph) {
  const auto& nodes = graph.nodes();
  std::string text = "{\"name\": " + json_text(graph.name()) + ", \"steps\": [";
  const char* separator = "\n";
  for (const Node& node : nodes) {
    text += std::exchange(separator, ",\n");
    text +=
        "  {\"name\": " + json_text(node.name) + ", \"kind\": " + json_text(node.kind) + ", \"inputs\": [";
    const char* comma = "";
    for (const std::size_t input : node.inputs)
      text += std::exchange(comma, ", ") + json_text(nodes[input].name);
    text += "]";
    if (node.input != nullptr) text += ", \"input_type\": " + json_text(type_of(node.input));
    if (node.output != nullptr) text += ", \"output_type\": " + json_text(type_of(node.output));
    if (!node.stream.empty()) text += ", \"stream\": " + json_text(node.stream);
    text += ", \"options\": {";
    comma = "";
    for (const Option& option : node.options) {
      if (is_set(option)) {
        text += std::exchange(comma, ", ") + json_text(option.name) + ": " + json_value(option.value);
      }
    }
    text += "}}";
  }
  return text + "\n]}\n";
}

}  // namespace streams
