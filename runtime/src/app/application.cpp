#include "app/application.hpp"

#include <system_error>

#include <fmt/format.h>

#include "app/module_loader.hpp"
#include "app/source_compiler.hpp"
#include "app/toolchain.hpp"

namespace streams::runtime {

absl::StatusOr<Application> find_application(const CommandLine& line, const DeploymentConfig* config) {
  std::optional<std::string> named = line.application;
  std::string by = "on the command line";
  if (!named && config != nullptr && config->pipeline.application) {
    named = config->pipeline.application;
    by = fmt::format("at pipeline.application in {}", config->file);
  }
  if (!named) {
    return absl::NotFoundError(
        "no application: name the pipeline's source file or module (x.cpp or x.so) on the command line, or "
        "at "
        "`pipeline.application` in the deployment");
  }
  const std::filesystem::path path(*named);
  Application application{path,
                          path.extension() == ".so" ? Application::Kind::module : Application::Kind::source};
  if (application.kind == Application::Kind::source && path.extension() != ".cpp" &&
      path.extension() != ".cc") {
    return absl::InvalidArgumentError(
        fmt::format("{}: named {}, but an application ends in .cpp, .cc or .so", *named, by));
  }
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return absl::NotFoundError(fmt::format("{}: there is no such file; it is named {}", *named, by));
  }
  return application;
}

absl::StatusOr<Graph> load_application(const CommandLine& line, const DeploymentConfig* config,
                                       StderrLog& log) {
  absl::StatusOr<Application> application = find_application(line, config);
  if (!application.ok()) return application.status();
  if (application->kind == Application::Kind::module) {
    if (!line.compile_arguments.empty()) {
      return absl::InvalidArgumentError(fmt::format(
          "{}: a module is built already, so nothing may stand behind `--`", application->path.string()));
    }
    return load_module(application->path);
  }
  absl::StatusOr<Toolchain> toolchain = find_toolchain();
  if (!toolchain.ok()) return toolchain.status();
  absl::StatusOr<std::filesystem::path> cache = module_cache();
  if (!cache.ok()) return cache.status();
  absl::StatusOr<std::filesystem::path> module =
      compile_source({application->path, line.compile_arguments}, *toolchain, *cache, log);
  if (!module.ok()) return module.status();
  return load_module(*module);
}

}  // namespace streams::runtime
