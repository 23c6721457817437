#include <fmt/format.h>

#include <streams/runtime/plan.hpp>

#include <string>

#include "plan/words.hpp"

namespace streams::runtime {
namespace {

using namespace planning;

/// Mermaid reads `#name;` as a character inside quotes.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        result += "#quot;";
        break;
      case '#':
        result += "#35;";
        break;
      case '<':
        result += "#lt;";
        break;
      case '>':
        result += "#gt;";
        break;
      case '\n':
        result += "<br/>";
        break;
      default:
        result += c;
    }
  }
  return result + '"';
}

void append_chain(std::string& text, std::size_t number, const Segment& segment, const Plan& plan) {
  const Chain& chain = segment.chains[number];
  text += fmt::format("    subgraph chain{}_{} [{}]\n", segment.id, number,
                      quoted(fmt::format("chain {}, {}", number, counted(chain.threads, "thread"))));
  for (const std::size_t index : chain.nodes) {
    text += fmt::format("      step{}[{}]\n", index, quoted(label_of(segment, index, plan)));
  }
  text += "    end\n";
}

void append_topics(std::string& text, const Segment& segment, const Plan& plan) {
  for (const PlannedSource& source : segment.sources) {
    if (source.internal) {
      text += fmt::format("  topic{}[({})] -- {} --> step{}\n", *source.internal,
                          quoted(masked(source.topic, plan.secrets)),
                          quoted("group " + masked(source.group, plan.secrets)), source.node);
      continue;
    }
    text += fmt::format("  in{}[({})] -- {} --> step{}\n", source.node,
                        quoted(masked(source.topic, plan.secrets)),
                        quoted("group " + masked(source.group, plan.secrets)), source.node);
  }
  for (const PlannedSink& sink : segment.sinks) {
    if (sink.internal) {
      text += fmt::format("  step{} --> topic{}[({})]\n", sink.node, *sink.internal,
                          quoted(masked(sink.topic, plan.secrets)));
      continue;
    }
    const std::string_view arrow = sink.dead_letters ? "-. \"dead letters\" .->" : "-->";
    text += fmt::format("  step{} {} out{}[({})]\n", sink.node, arrow, sink.node,
                        quoted(masked(sink.topic, plan.secrets)));
  }
}

}  // namespace

std::string to_mermaid(const Plan& plan) {
  std::string text = "flowchart LR\n";
  for (const Segment& segment : plan.segments) {
    text +=
        fmt::format("  subgraph segment{} [{}]\n", segment.id,
                    quoted(fmt::format("segment {}, {}", segment.id, counted(segment.workers, "worker"))));
    for (std::size_t i = 0; i < segment.chains.size(); ++i) append_chain(text, i, segment, plan);
    text += "  end\n";
    append_topics(text, segment, plan);
  }
  const auto& nodes = plan.graph.nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const std::size_t output : nodes[i].outputs) {
      if (crosses_topic(plan, i, output)) continue;
      const std::string type = nodes[i].output == nullptr ? "" : std::string(nodes[i].output->name);
      text += type.empty() ? fmt::format("  step{} --> step{}\n", i, output)
                           : fmt::format("  step{} -- {} --> step{}\n", i, quoted(type), output);
    }
  }
  return text;
}

}  // namespace streams::runtime
