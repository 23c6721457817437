#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/program.hpp"
#include "manifests/container.hpp"
#include "manifests/names.hpp"
#include "manifests/outside.hpp"
#include "manifests/render.hpp"
#include "manifests/template_file.hpp"

namespace streams::runtime {
namespace {

using manifests::Outside;
using manifests::Request;

/// Where the image has the pipeline when nobody says; our Dockerfile puts it there.
constexpr std::string_view kModuleInImage = "/opt/streams/pipeline.so";

std::string_view word(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "DEBUG";
    case LogLevel::info:
      return "INFO";
    case LogLevel::warning:
      return "WARNING";
    case LogLevel::error:
      return "ERROR";
  }
  return "INFO";
}

std::string content_of(const std::string& path, const Environment& environment) {
  // What cannot be read is said by the loader, in its words.
  return environment.read_file(path).value_or("");
}

DeploymentConfig load_without_secrets(const std::string& path, Outside& outside,
                                      const Environment& environment) {
  try {
    return load_config(
        path, manifests::rendering_environment(environment, outside, path, manifests::kConfigFolder));
  } catch (const ConfigError& error) {
    const std::set<std::string> missing = manifests::missing_variables(environment, outside);
    if (missing.empty()) throw;
    std::vector<ConfigFault> faults = error.faults();
    faults.push_back(
        {path, 0, 0,
         fmt::format("{}: '{}' stood for the variables that are not set here ({}); set them for this "
                     "command to what the pod gets",
                     path, manifests::kPlaceholder, fmt::join(missing, ", "))});
    throw ConfigError(std::move(faults));
  }
}

/// The name as a label. Throws CommandFailure when nothing of it may stand in one.
std::string label(std::string_view what, std::string_view name, std::string_view flag) {
  std::string made = manifests::dns_label(name);
  if (made.empty()) {
    throw CommandFailure{
        ExitCode::command_line,
        fmt::format("the {} '{}' has no letter or digit that a Kubernetes name may have; say "
                    "another one by {}",
                    what, name, flag)};
  }
  return made;
}

void check_length(std::string_view name, std::string_view flags) {
  if (name.size() <= manifests::kLongestLabel) return;
  throw CommandFailure{
      ExitCode::command_line,
      fmt::format("the name '{}' has {} letters, and Kubernetes takes {} at most; say a shorter one by {}",
                  name, name.size(), manifests::kLongestLabel, flags)};
}

std::string stem_of(std::string_view path) {
  return std::filesystem::path(path).stem().string();
}

/// What the pipeline is called when neither flag nor deployment say: by its file, or by its program.
std::string file_name(const Program& program, const CommandLine& line, const PipelineConfig& pipeline) {
  if (!program.shape.takes_application) return program.shape.name;
  return stem_of(line.application.value_or(pipeline.application.value_or(std::string(kModuleInImage))));
}

/// The names that the objects get, and where the image has the pipeline.
void name_it(Request& request, const Program& program, const CommandLine& line) {
  const PipelineConfig& pipeline = request.config.pipeline;
  const std::string file = file_name(program, line, pipeline);
  if (!line.name.empty()) request.run_name = line.name;
  const std::string name = !line.name.empty() ? line.name : pipeline.name.value_or(file);
  if (name == stem_of(kModuleInImage) && line.name.empty() && !pipeline.name) {
    throw CommandFailure{
        ExitCode::command_line,
        fmt::format("the pipeline has no name of its own, so its objects would take the place of "
                    "another's: say it by --name, or at `pipeline.name` in {}",
                    request.config.file)};
  }
  const ManifestsOptions& options = line.manifests;
  request.pipeline = label("pipeline's name", name, "--name");
  request.service = label("service", options.service.value_or("streams"), "--service");
  request.application =
      file == stem_of(kModuleInImage) ? request.pipeline : label("application", file, "its file's name");
  request.container_name =
      label("container's name", options.container_name.value_or("pipeline-consumer"), "--container-name");
  check_length(request.container_name, "--container-name");
  if (options.name_space && manifests::dns_label(*options.name_space) != *options.name_space) {
    throw CommandFailure{
        ExitCode::command_line,
        fmt::format("--namespace {}: no namespace has such a name; it is made of small letters, "
                    "digits and dashes",
                    *options.name_space)};
  }
  const std::size_t last = request.segment.value_or(pipeline.segments.size() - 1);
  std::string longest = manifests::object_name(request.service, request.pipeline, last);
  if (request.canary) longest += "-canary";
  check_length(longest, "--service or --name");
  if (longest.front() >= '0' && longest.front() <= '9') {
    throw CommandFailure{
        ExitCode::command_line,
        fmt::format("the name '{}' begins with a digit, and that of a Service must begin with a "
                    "letter; say another one by --service",
                    longest)};
  }

  if (!program.shape.takes_application) return;
  const bool is_module = line.application && line.application->ends_with(".so");
  request.module = is_module ? *line.application : std::string(kModuleInImage);
}

void serve(Request& request, const CommandLine& line) {
  if (line.manifests.without_http) return;
  // Probes come from outside of the pod, so this machine alone, the default of a run, would be none.
  request.http_port = line.http ? line.http->port : 8080;
  const bool six = line.http && line.http->host.find(':') != std::string::npos;
  request.http = fmt::format("{}:{}", six ? "[::]" : "0.0.0.0", request.http_port);
}

void check_segment(const Request& request) {
  const std::size_t count = request.config.pipeline.segments.size();
  if (request.segment.value_or(0) < count) return;
  throw CommandFailure{
      ExitCode::command_line,
      fmt::format("--segment-id {}: there is no such segment; {} has {} of them, so it must be {}",
                  *request.segment, request.config.file, count,
                  count == 1 ? "0" : fmt::format("from 0 to {}", count - 1))};
}

}  // namespace

ExitCode manifests_command(const Program& program, const CommandLine& line, StderrLog& log) {
  const Environment environment = process_environment();
  const std::string path = line.config.value_or("");
  Request request;
  request.config_text = content_of(path, environment);
  Outside outside = manifests::read_outside(request.config_text);
  request.config = load_without_secrets(path, outside, environment);

  const ManifestsOptions& options = line.manifests;
  request.image = options.image.value_or("");
  request.log_level = word(line.log_level);
  request.log_format = line.log_format == LogFormat::json ? "json" : "text";
  if (!program.shape.adapters->empty() && line.adapter != program.shape.adapters->front().name)
    request.adapter = line.adapter;
  request.segment = line.segment_id;
  request.replicas = options.replicas;
  request.canary = options.canary;
  request.name_space = options.name_space;
  request.cpu = options.cpu;
  request.memory = options.memory;
  check_segment(request);
  name_it(request, program, line);
  serve(request, line);
  const auto read = [&](const std::optional<std::string>& file) {
    return file ? manifests::read_template(*file, environment) : manifests::Template{};
  };
  request.deployment_template = read(options.deployment_template);
  request.container_template = read(options.container_template);
  request.patch = read(options.patch);

  const manifests::Rendered rendered = manifests::render(request, outside);
  for (const std::string& warning : line.warnings) log.warning(warning);
  for (const std::string& warning : request.config.warnings) log.warning(warning);
  for (const std::string& warning : rendered.warnings) log.warning(warning);
  std::fwrite(rendered.yaml.data(), 1, rendered.yaml.size(), stdout);
  std::fflush(stdout);
  return ExitCode::ok;
}

}  // namespace streams::runtime
