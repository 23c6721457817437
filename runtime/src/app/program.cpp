#include "app/program.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <streams/error.hpp>
#include <streams/runtime/run.hpp>

#include "app/application.hpp"
#include "plan/identity.hpp"

namespace streams::runtime {
namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

ExitCode run_parsed(const Program& program, const CommandLine& line, StderrLog& log) {
  try {
    switch (line.command) {
      case Command::help:
        print(help_text(program.shape));
        return ExitCode::ok;
      case Command::version:
        print(version_text(program.shape));
        return ExitCode::ok;
      case Command::plan:
        return plan_command(program, line, log);
      case Command::validate:
        return validate_command(program, line, log);
      case Command::dlq:
        return dlq_command(program, line, log);
      case Command::top:
        return top_command(line);
      case Command::manifests:
        return manifests_command(program, line, log);
      case Command::tap:
        return tap_command(line);
      case Command::run:
        return run_command(program, line, log);
    }
  } catch (const CommandFailure& failure) {
    log.fault(failure.text);
    return failure.code;
  } catch (const ConfigError& error) {
    log.fault(error.what());
    return ExitCode::configuration;
  } catch (const PipelineError& error) {
    log.fault(error.what());
    return ExitCode::pipeline;
  }
  return ExitCode::internal;
}

std::vector<std::string> arguments_of(int argc, char** argv) {
  return argc > 0 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>();
}

}  // namespace

const AdapterFactory* find_adapter(const Program& program, const CommandLine& line) {
  for (const AdapterFactory& factory : *program.shape.adapters) {
    if (factory.name == line.adapter) return &factory;
  }
  return nullptr;
}

LoadedPlan load_plan(const Program& program, const CommandLine& line, StderrLog& log) {
  DeploymentConfig config = load_config(line.config.value_or(""), process_environment());
  absl::StatusOr<Graph> graph = program.load_graph(line, &config, log);
  if (!graph.ok()) throw CommandFailure{ExitCode::pipeline, std::string(graph.status().message())};
  *graph =
      with_connectors(*graph, program.connectors == nullptr ? std::vector<Connector>{} : *program.connectors,
                      {planning::pipeline_name(*graph, config), &program.clock, &log, process_environment()});
  const AdapterFactory* adapter = find_adapter(program, line);
  LoadedPlan loaded{make_plan(*graph, config, adapter == nullptr ? PlanNeeds{} : adapter->needs),
                    line.segment_id};
  for (const std::string& warning : line.warnings) log.warning(warning);
  for (const std::string& warning : loaded.plan.warnings) log.warning(warning);
  const std::size_t count = loaded.plan.segments.size();
  if (loaded.entry && *loaded.entry >= count) {
    throw CommandFailure{
        ExitCode::command_line,
        fmt::format("--segment-id {}: there is no such segment; {} has {} of them, so it must be {}",
                    *loaded.entry, config.file, count,
                    count == 1 ? "0" : fmt::format("from 0 to {}", count - 1))};
  }
  loaded.config = std::move(config);
  return loaded;
}

ExitCode run_program(const Program& program, const std::vector<std::string>& arguments) noexcept {
  try {
    const SystemClock clock;
    CommandLine line;
    try {
      line = parse_command_line(arguments, program.shape);
    } catch (const CommandLineError& error) {
      StderrLog(LogFormat::text, LogLevel::info, clock)
          .fault(fmt::format("{}: {}\n`{} --help` shows commands, flags and examples", program.shape.name,
                             error.what(), program.shape.name));
      return ExitCode::command_line;
    }
    StderrLog log(line.log_format, line.log_level, clock);
    return run_parsed(program, line, log);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: a fault of Streams itself: %s\n", program.shape.name.c_str(), error.what());
  } catch (...) {
    std::fprintf(stderr, "%s: a fault of Streams itself: an unknown exception\n", program.shape.name.c_str());
  }
  return ExitCode::internal;
}

}  // namespace streams::runtime

namespace streams {

int run_main(int argc, char** argv, Pipeline (*build)(), const std::vector<runtime::AdapterFactory>& adapters,
             const std::vector<runtime::Connector>& connectors) {
  const std::string name = argc > 0 && argv[0] != nullptr ? std::filesystem::path(argv[0]).filename().string()
                                                          : std::string("pipeline");
  runtime::Program program;
  program.shape = {name, false, &adapters};
  program.connectors = &connectors;
  program.load_graph = [&](const runtime::CommandLine&, const runtime::DeploymentConfig*,
                           runtime::StderrLog&) -> absl::StatusOr<Graph> {
    try {
      return build().graph(name);
    } catch (const PipelineError&) {
      throw;
    } catch (const std::exception& error) {
      return absl::FailedPreconditionError(fmt::format("the pipeline function threw: {}", error.what()));
    }
  };
  return static_cast<int>(runtime::run_program(program, runtime::arguments_of(argc, argv)));
}

int runner_main(int argc, char** argv, const std::vector<runtime::AdapterFactory>& adapters,
                const std::vector<runtime::Connector>& connectors) {
  runtime::Program program;
  program.shape = {"streams-runner", true, &adapters};
  program.connectors = &connectors;
  program.load_graph = &runtime::load_application;
  return static_cast<int>(runtime::run_program(program, runtime::arguments_of(argc, argv)));
}

}  // namespace streams
