#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <streams/graph_print.hpp>

#include "app/program.hpp"
#include "plan/plan_diff.hpp"

namespace streams::runtime {
namespace {

template <class Printed>
std::string printed(const Printed& what, PlanFormat format) {
  switch (format) {
    case PlanFormat::text:
      return to_text(what);
    case PlanFormat::dot:
      return to_dot(what);
    case PlanFormat::mermaid:
      return to_mermaid(what);
    case PlanFormat::json:
      return to_json(what);
  }
  return {};
}

Graph load_graph_alone(const Program& program, const CommandLine& line, StderrLog& log) {
  std::optional<DeploymentConfig> config;
  if (line.config) config = load_config(*line.config, process_environment());
  absl::StatusOr<Graph> graph = program.load_graph(line, config ? &*config : nullptr, log);
  if (!graph.ok()) throw CommandFailure{ExitCode::pipeline, std::string(graph.status().message())};
  return *std::move(graph);
}

void show(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

/// Each deployment may name its own application; one on the command line is that of both.
ExitCode print_changes(const Program& program, const CommandLine& line, StderrLog& log) {
  CommandLine old_line = line;
  old_line.config = line.diff;
  const Plan before = load_plan(program, old_line, log).plan;
  const Plan after = load_plan(program, line, log).plan;
  const std::vector<PlanChange> changes = compare(before, after);
  std::string text;
  for (const PlanChange& change : changes)
    text += fmt::format("{} {}\n", change.orphans ? "ORPHANS" : "       ", change.text);
  if (changes.empty())
    text = fmt::format("{} and {} name the same topics and groups\n", *line.diff, line.config.value_or(""));
  show(std::move(text));
  const bool orphans =
      std::any_of(changes.begin(), changes.end(), [](const PlanChange& c) { return c.orphans; });
  return orphans ? ExitCode::orphans : ExitCode::ok;
}

}  // namespace

ExitCode plan_command(const Program& program, const CommandLine& line, StderrLog& log) {
  if (line.diff) return print_changes(program, line, log);
  show(line.graph_only ? printed(load_graph_alone(program, line, log), line.plan_format)
                       : printed(load_plan(program, line, log).plan, line.plan_format));
  return ExitCode::ok;
}

}  // namespace streams::runtime
