#include <fmt/format.h>

#include <streams/runtime/plan.hpp>

#include <string>

#include "plan/words.hpp"

namespace streams::runtime {
namespace {

using namespace planning;

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else {
      result += c;
    }
  }
  return result + '"';
}

void append_chain(std::string& text, std::size_t number, const Segment& segment, const Plan& plan) {
  const Chain& chain = segment.chains[number];
  text += fmt::format("    subgraph cluster_{}_{} {{\n      label={};\n", segment.id, number,
                      quoted(fmt::format("chain {}, {}", number, counted(chain.threads, "thread"))));
  for (const std::size_t index : chain.nodes) {
    text += fmt::format("      step{} [label={}];\n", index, quoted(label_of(segment, index, plan)));
  }
  text += "    }\n";
}

void append_topics(std::string& text, const Segment& segment, const Plan& plan) {
  for (const PlannedSource& source : segment.sources) {
    const std::string topic = quoted("topic " + masked(source.topic, plan.secrets));
    text += fmt::format("  {} [shape=cylinder];\n  {} -> step{} [label={}];\n", topic, topic, source.node,
                        quoted("group " + masked(source.group, plan.secrets)));
  }
  for (const PlannedSink& sink : segment.sinks) {
    const std::string topic = quoted("topic " + masked(sink.topic, plan.secrets));
    text += fmt::format("  {} [shape=cylinder];\n  step{} -> {}{};\n", topic, sink.node, topic,
                        sink.dead_letters ? " [label=\"dead letters\", style=dashed]" : "");
  }
}

}  // namespace

std::string to_dot(const Plan& plan) {
  std::string text = fmt::format("digraph {} {{\n  rankdir=LR;\n  node [shape=box];\n",
                                 quoted(masked(plan.pipeline, plan.secrets)));
  for (const Segment& segment : plan.segments) {
    text +=
        fmt::format("  subgraph cluster_{} {{\n    label={};\n", segment.id,
                    quoted(fmt::format("segment {}, {}", segment.id, counted(segment.workers, "worker"))));
    for (std::size_t i = 0; i < segment.chains.size(); ++i) append_chain(text, i, segment, plan);
    text += "  }\n";
    append_topics(text, segment, plan);
  }
  const auto& nodes = plan.graph.nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const std::size_t output : nodes[i].outputs) {
      if (crosses_topic(plan, i, output)) continue;
      text += fmt::format("  step{} -> step{}", i, output);
      if (nodes[i].output != nullptr) text += fmt::format(" [label={}]", quoted(nodes[i].output->name));
      text += ";\n";
    }
  }
  return text + "}\n";
}

}  // namespace streams::runtime
