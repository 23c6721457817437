#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/outside_places.hpp"
#include "app/program.hpp"

namespace streams::runtime {
namespace {

std::string servers_text(const std::vector<std::string>& servers) {
  return servers.empty() ? "" : fmt::format(", at {}", fmt::join(servers, ","));
}

}  // namespace

ExitCode validate_command(const Program& program, const CommandLine& line, StderrLog& log) {
  const Plan plan = load_plan(program, line, log).plan;
  std::string text = fmt::format("{} and the pipeline {} fit\n", *line.config, plan.pipeline);
  for (const Segment& segment : plan.segments) {
    text += fmt::format("segment {}: {} steps, {} worker{}\n", segment.id, segment.steps.size(),
                        segment.workers, segment.workers == 1 ? "" : "s");
    for (const PlannedSource& source : segment.sources) {
      text += fmt::format("  {} {}: topic {}, group {}{}\n", source.internal ? "internal, read by" : "source",
                          plan.graph.nodes()[source.node].name, source.topic, source.group,
                          servers_text(source.bootstrap_servers));
    }
    for (const PlannedSink& sink : segment.sinks) {
      const std::string_view kind = sink.dead_letters ? "dead letters"
                                    : sink.internal   ? "internal, written by"
                                                      : "sink";
      text += fmt::format("  {} {}: topic {}{}\n", kind,
                          sink.internal ? plan.graph.nodes()[sink.node].name : sink.name, sink.topic,
                          servers_text(sink.bootstrap_servers));
    }
    for (const OutsidePlace& sink : outside_places(plan, segment))
      text += fmt::format("  sink {}: objects in {}\n", sink.step, sink.place);
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  return ExitCode::ok;
}

}  // namespace streams::runtime
