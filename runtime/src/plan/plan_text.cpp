#include <fmt/format.h>

#include <streams/runtime/plan.hpp>

#include <algorithm>
#include <string>

#include "config/quantity.hpp"
#include "plan/words.hpp"

namespace streams::runtime {
namespace {

using namespace planning;

/// How wide the columns of one segment are.
struct Widths {
  std::size_t name = 0;
  std::size_t kind = 0;
  std::size_t flow = 0;
};

Widths widths_of(const Segment& segment, const Plan& plan) {
  Widths widths;
  for (const PlannedStep& step : segment.steps) {
    const Node& node = plan.graph.nodes()[step.node];
    widths.name = std::max(widths.name, node.name.size());
    widths.kind = std::max(widths.kind, node.kind.size());
    widths.flow = std::max(widths.flow, flow(segment, step.node, plan).size());
  }
  return widths;
}

void trim_line(std::string& text) {
  while (text.ends_with(' ')) text.pop_back();
  text += '\n';
}

void append_properties(std::string& text, const Params& under, const Params& over, const Plan& plan) {
  for (const auto& [name, value] : properties(under, over, plan))
    text += fmt::format("            {} = {}\n", name, value);
}

void append_security(std::string& text, const std::optional<SecurityConfig>& security, const Plan& plan) {
  const std::string words = security_words(security, plan);
  if (!words.empty()) text += fmt::format("            security {}\n", words);
}

std::string servers_text(const std::vector<std::string>& servers, const Plan& plan) {
  return servers.empty() ? std::string() : fmt::format(", brokers {}", joined(servers, plan.secrets));
}

void append_ends(std::string& text, const Segment& segment, const Plan& plan) {
  for (const PlannedSource& source : segment.sources) {
    text += fmt::format("  reads     \"{}\" (step {}), group {}, new partitions from {}{}{}\n",
                        masked(source.topic, plan.secrets), plan.graph.nodes()[source.node].name,
                        masked(source.group, plan.secrets), word(source.auto_offset_reset),
                        source.strict_offset_reset ? ", strictly" : "",
                        servers_text(source.bootstrap_servers, plan));
    append_security(text, source.security, plan);
    append_properties(text, source.additional_settings, source.override_params, plan);
  }
  for (const PlannedSink& sink : segment.sinks) {
    text += fmt::format("  writes    \"{}\" ({}step {}){}\n", masked(sink.topic, plan.secrets),
                        sink.dead_letters ? "dead letters of " : sink.internal ? "behind " : "", plan.graph.nodes()[sink.node].name,
                        servers_text(sink.bootstrap_servers, plan));
    append_security(text, sink.security, plan);
    append_properties(text, sink.additional_settings, sink.override_params, plan);
  }
}

std::string inputs_text(const Node& node, const Plan& plan) {
  std::string text;
  for (const std::size_t input : node.inputs) {
    text += text.empty() ? "<- " : ", ";
    text += plan.graph.nodes()[input].name;
  }
  return text;
}

/// The step before it in the chain is what a step reads from, unless the line says otherwise.
bool follows(const Node& node, const Chain& chain, std::size_t place) {
  return place > 0 && node.inputs.size() == 1 && node.inputs.front() == chain.nodes[place - 1];
}

void append_chain(std::string& text, const Chain& chain, std::size_t number, const Segment& segment,
                  const Plan& plan, const Widths& widths) {
  text += fmt::format("\n  chain {}   {}\n", number, counted(chain.threads, "thread"));
  for (std::size_t place = 0; place < chain.nodes.size(); ++place) {
    const Node& node = plan.graph.nodes()[chain.nodes[place]];
    text += fmt::format("    {:<{}}  {:<{}}  {:<{}}", node.name, widths.name, node.kind, widths.kind,
                        flow(segment, chain.nodes[place], plan), widths.flow);
    if (!follows(node, chain, place) && !node.inputs.empty()) text += "  " + inputs_text(node, plan);
    if (const PlannedStep* step = segment.find_step(chain.nodes[place])) {
      for (const auto& [name, value] : remarks(*step, plan)) text += fmt::format("  {}={}", name, value);
    }
    trim_line(text);
  }
}

}  // namespace

std::string to_text(const Plan& plan) {
  std::string text = fmt::format("pipeline {}\n", masked(plan.pipeline, plan.secrets));
  text += fmt::format("  delivery  {}, a commit every {} ({})\n", word(plan.delivery),
                      config::duration_text(plan.commit.interval), word(plan.commit.policy));
  text +=
      fmt::format("  memory    {} for the records of the process\n", config::size_text(plan.memory_budget));
  text += fmt::format(
      "  shutdown  up to {} to finish what was read, then {}\n",
      config::duration_text(plan.shutdown.drain_timeout),
      plan.shutdown.leave_on_stop ? "leave the group" : "stay in the group for a restart in place");
  for (const Segment& segment : plan.segments) {
    text += fmt::format(
        "\nsegment {}   {}{}\n", segment.id, counted(segment.workers, "worker"),
        segment.chains.size() < 2 ? "" : ", each runs every chain: as many as the widest chain has threads");
    append_ends(text, segment, plan);
    const Widths widths = widths_of(segment, plan);
    for (std::size_t i = 0; i < segment.chains.size(); ++i) {
      append_chain(text, segment.chains[i], i, segment, plan, widths);
    }
  }
  return text;
}

}  // namespace streams::runtime
