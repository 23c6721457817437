#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include <streams/graph.hpp>
#include <streams/runtime/config.hpp>

#include "app/command_line.hpp"
#include "app/stderr_log.hpp"

namespace streams::runtime {

/// What holds a pipeline: a source file or a module.
struct Application {
  enum class Kind { source, module };
  std::filesystem::path path;
  Kind kind = Kind::source;
};

/// Where the pipeline is: the command line's application, else the deployment's. `config` may be null.
absl::StatusOr<Application> find_application(const CommandLine& line, const DeploymentConfig* config);

/// The graph of the application, compiled before if it is a source file.
/// Throws PipelineError when the pipeline has faults. The code that was loaded stays in the process for good.
absl::StatusOr<Graph> load_application(const CommandLine& line, const DeploymentConfig* config,
                                       StderrLog& log);

}  // namespace streams::runtime
