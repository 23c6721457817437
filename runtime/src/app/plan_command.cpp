#include <cstdio>
#include <optional>

#include <streams/graph_print.hpp>

#include "app/program.hpp"

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

}  // namespace

ExitCode plan_command(const Program& program, const CommandLine& line, StderrLog& log) {
  std::string text = line.graph_only ? printed(load_graph_alone(program, line, log), line.plan_format)
                                     : printed(load_plan(program, line, log).plan, line.plan_format);
  if (!text.ends_with('\n')) text += '\n';
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  return ExitCode::ok;
}

}  // namespace streams::runtime
