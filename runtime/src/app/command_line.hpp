#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <streams/runtime/adapter.hpp>
#include <streams/runtime/log.hpp>

#include "app/stderr_log.hpp"
#include "dlq/redrive.hpp"
#include "observe/http_address.hpp"

namespace streams::runtime {

enum class Command { run, plan, validate, dlq, top, tap, manifests, help, version };
enum class PlanFormat { text, dot, mermaid, json };

/// `--seed TOPIC=FILE`.
struct Seed {
  std::string topic;
  std::string file;
};

enum class DlqAction { list, show, redrive };

/// What belongs to the command `dlq` alone.
struct DlqOptions {
  std::optional<DlqAction> action;    ///< there is one when the command is `dlq`
  std::optional<std::string> source;  ///< a step
  /// Moments, as they were written: they are told apart from now when the command begins.
  std::optional<std::string> since;
  std::optional<std::string> until;
  dlq::RedriveOptions redrive;  ///< filter and limit are for all three
  bool json = false;
  bool payload = false;
  std::vector<std::string_view> given;  ///< names of flags
};

/// What belongs to the command `manifests` alone.
struct ManifestsOptions {
  std::optional<std::string> image;  ///< there is one when the command is `manifests`
  std::optional<std::string> service;
  std::optional<std::uint32_t> replicas;
  bool canary = false;
  std::optional<std::string> name_space;
  std::optional<std::string> container_name;
  std::optional<std::string> cpu;  ///< amounts as Kubernetes writes them
  std::optional<std::string> memory;
  bool without_http = false;
  /// Files.
  std::optional<std::string> deployment_template;
  std::optional<std::string> container_template;
  std::optional<std::string> patch;
  std::vector<std::string_view> given;  ///< names of flags
};

/// The command line, read and checked. What is not set was not given.
struct CommandLine {
  Command command = Command::run;
  std::optional<std::string> application;
  std::vector<std::string> compile_arguments;  ///< what stands behind `--`
  std::optional<std::string> config;
  std::optional<std::size_t> segment_id;
  std::string adapter;  ///< the name of a factory
  std::string name;     ///< a label, no identity
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
  std::optional<HttpAddress> http;  ///< where the pages are served; of `top` and `tap`: where they are read
  bool embedded_kafka = false;
  std::vector<Seed> seeds;
  std::vector<std::string> tails;
  bool until_idle = false;
  PlanFormat plan_format = PlanFormat::text;
  bool graph_only = false;
  /// The deployment that `plan` compares the new one with.
  std::optional<std::string> diff;
  bool once = false;  ///< `top` shows one table and ends
  bool allow_tap = false;
  std::string tapped;                  ///< the step; there is one when the command is `tap`
  std::optional<std::uint64_t> limit;  ///< of `tap` and `dlq`
  DlqOptions dlq;
  ManifestsOptions manifests;
  /// What is accepted and means something else here; shown once.
  std::vector<std::string> warnings;
};

/// What is wrong with a command line, and how to mend it.
class CommandLineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a program has to offer to its command line.
struct ProgramShape {
  std::string name;               ///< as the user calls it
  bool takes_application = true;  ///< false: the pipeline is part of the program
  const std::vector<AdapterFactory>* adapters = nullptr;
};

/// Reads the arguments behind the program's name. Throws CommandLineError.
CommandLine parse_command_line(const std::vector<std::string>& arguments, const ProgramShape& program);

/// The text of `--help`.
std::string help_text(const ProgramShape& program);
/// The text of `--version`.
std::string version_text(const ProgramShape& program);

}  // namespace streams::runtime
