#pragma once

#include <functional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include <streams/graph.hpp>
#include <streams/runtime/clock.hpp>
#include <streams/runtime/config.hpp>
#include <streams/runtime/connector.hpp>
#include <streams/runtime/plan.hpp>

#include "app/command_line.hpp"
#include "app/exit_code.hpp"
#include "app/stderr_log.hpp"

namespace streams::runtime {

/// A program: what it offers, and how it comes by its pipeline.
struct Program {
  ProgramShape shape;
  const std::vector<Connector>* connectors = nullptr;  ///< null: none
  SystemClock clock{};                                 ///< theirs
  /// May throw PipelineError; `config` is null for a command that needs none.
  std::function<absl::StatusOr<Graph>(const CommandLine& line, const DeploymentConfig* config,
                                      StderrLog& log)>
      load_graph;
};

/// A command that cannot go on: its text has been prepared for the user, and nothing was started.
struct CommandFailure {
  ExitCode code;
  std::string text;
};

/// The pipeline joined with its deployment, and the entry that was asked for; none: all of them.
struct LoadedPlan {
  Plan plan;
  std::optional<std::size_t> entry;
  DeploymentConfig config{};
};

/// The factory that the command line names; null when the program has none at all.
const AdapterFactory* find_adapter(const Program& program, const CommandLine& line);

/// Deployment, pipeline, plan: what every command begins with. Shows the warnings of all three once.
/// Throws ConfigError, PipelineError and CommandFailure.
LoadedPlan load_plan(const Program& program, const CommandLine& line, StderrLog& log);

/// `plan`: prints the plan, or the graph alone, on stdout.
ExitCode plan_command(const Program& program, const CommandLine& line, StderrLog& log);
/// `validate`: prints what the deployment makes of the pipeline: groups and topics.
ExitCode validate_command(const Program& program, const CommandLine& line, StderrLog& log);
/// `dlq`: lists, shows or redrives the dead letters of a source.
ExitCode dlq_command(const Program& program, const CommandLine& line, StderrLog& log);
/// `top`: shows a run that serves its pages, again and again on a terminal, else once. Throws CommandFailure.
ExitCode top_command(const CommandLine& line);
/// `manifests`: prints the Kubernetes objects of each segment. Reads the deployment and the user's templates, and
/// neither the pipeline nor secrets. Throws ConfigError and CommandFailure.
ExitCode manifests_command(const Program& program, const CommandLine& line, StderrLog& log);
/// `tap`: prints records that pass a step of a run that allows it. Throws CommandFailure.
ExitCode tap_command(const CommandLine& line);
/// `run`: runs one segment until it ends.
ExitCode run_command(const Program& program, const CommandLine& line, StderrLog& log);

/// Reads the arguments behind the program's name, does what they say, and says on stderr what goes wrong.
/// Throws nothing.
ExitCode run_program(const Program& program, const std::vector<std::string>& arguments) noexcept;

}  // namespace streams::runtime
