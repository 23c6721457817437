#include "app/command_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <streams/error.hpp>
#include <streams/module.hpp>

#include "app/exit_code.hpp"
#include "config/nearest.hpp"
#include "config/quantity.hpp"
#include "dlq/time_text.hpp"
#include "manifests/quantity.hpp"

namespace streams::runtime {
namespace {

/// One flag: the only place that says its names, what it takes, what it does and what it sets.
struct Flag {
  std::string_view name;
  std::string_view short_name;
  std::string_view value;  ///< the word for its value in the help; empty: it takes none
  std::string_view about;
  void (*set)(CommandLine& line, std::string_view value, const ProgramShape& program);
};

struct CommandWord {
  std::string_view word;
  Command command;
  std::string_view about;
};

constexpr std::array<CommandWord, 7> kCommands{{
    {"run", Command::run, "run one segment until SIGTERM or SIGINT (the default)"},
    {"plan", Command::plan,
     "print what would run: steps, chains, threads, topics, groups; touches no network"},
    {"validate", Command::validate,
     "check deployment and pipeline, print groups and topics; touches no network"},
    {"top", Command::top, "show a run on the terminal, once a second: `top --http :8080`"},
    {"tap", Command::tap, "print records that pass a step, as lines of JSON: `tap --http :8080 parser`"},
    {"manifests", Command::manifests,
     "print Kubernetes manifests for each segment; needs --image, compiles nothing"},
    {"dlq", Command::dlq, "list, show or redrive the dead letters of a source: `dlq list`, `dlq show`, ..."},
}};

struct DlqWord {
  std::string_view word;
  DlqAction action;
  std::string_view about;
};

constexpr std::array<DlqWord, 3> kDlqWords{{
    {"list", DlqAction::list, "count them by step and error"},
    {"show", DlqAction::show, "print each: where it is, where it came from, why it was refused"},
    {"redrive", DlqAction::redrive, "write the original records back to the source's topic, each one once"},
}};

constexpr std::array<std::string_view, 3> kApplicationEndings{".cpp", ".cc", ".so"};

[[noreturn]] void refuse(const std::string& text) {
  throw CommandLineError(text);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? "" : fmt::format("; did you mean {}?", near);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

template <class Value>
Value one_of(std::string_view flag, std::string_view word,
             std::span<const std::pair<std::string_view, Value>> values) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : values) {
    if (lower(word) == lower(name)) return value;
    names.push_back(name);
  }
  refuse(fmt::format("{} {}: there is no such value; it is one of {}{}", flag, word, fmt::join(names, ", "),
                     did_you_mean(word, names)));
}

void set_log_level(CommandLine& line, std::string_view value, const ProgramShape&) {
  static constexpr std::pair<std::string_view, LogLevel> kLevels[] = {{"DEBUG", LogLevel::debug},
                                                                      {"INFO", LogLevel::info},
                                                                      {"WARNING", LogLevel::warning},
                                                                      {"ERROR", LogLevel::error},
                                                                      {"CRITICAL", LogLevel::error}};
  line.log_level = one_of<LogLevel>("--log-level", value, kLevels);
}

void set_log_format(CommandLine& line, std::string_view value, const ProgramShape&) {
  static constexpr std::pair<std::string_view, LogFormat> kFormats[] = {{"text", LogFormat::text},
                                                                        {"json", LogFormat::json}};
  line.log_format = one_of<LogFormat>("--log-format", value, kFormats);
}

void set_plan_format(CommandLine& line, std::string_view value, const ProgramShape&) {
  static constexpr std::pair<std::string_view, PlanFormat> kFormats[] = {{"text", PlanFormat::text},
                                                                         {"dot", PlanFormat::dot},
                                                                         {"mermaid", PlanFormat::mermaid},
                                                                         {"json", PlanFormat::json}};
  line.plan_format = one_of<PlanFormat>("--format", value, kFormats);
}

void set_adapter(CommandLine& line, std::string_view value, const ProgramShape& program) {
  if (value == "dummy") {
    line.adapter = value;
    return;
  }
  const auto has = [&](std::string_view name) {
    return std::any_of(program.adapters->begin(), program.adapters->end(),
                       [&](const AdapterFactory& factory) { return factory.name == name; });
  };
  if (has(value)) {
    line.adapter = value;
    return;
  }
  if ((value == "arroyo" || value == "rust_arroyo") && has("kafka")) {
    line.adapter = "kafka";
    line.warnings.push_back(
        fmt::format("--adapter {} is not part of Streams; `kafka` is used in its place", value));
    return;
  }
  std::vector<std::string_view> names;
  for (const AdapterFactory& factory : *program.adapters) names.push_back(factory.name);
  names.push_back("dummy");
  refuse(fmt::format("--adapter {}: there is no such adapter; this program has {}{}", value,
                     fmt::join(names, ", "), did_you_mean(value, names)));
}

void set_segment(CommandLine& line, std::string_view value, const ProgramShape&) {
  std::size_t id = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), id);
  if (error != std::errc() || end != value.data() + value.size()) {
    refuse(fmt::format(
        "--segment-id {}: this is no number; it counts the entries of `pipeline.segments` from 0", value));
  }
  line.segment_id = id;
}

void set_http(CommandLine& line, std::string_view value, const ProgramShape&) {
  // As a run prints it: http://127.0.0.1:8080
  std::string_view place = value;
  if (place.starts_with("http://")) place.remove_prefix(std::string_view("http://").size());
  if (place.ends_with('/')) place.remove_suffix(1);
  absl::StatusOr<HttpAddress> address = parse_http_address(place);
  if (!address.ok()) refuse(fmt::format("--http {}", std::string(address.status().message())));
  line.http = *std::move(address);
}

void set_seed(CommandLine& line, std::string_view value, const ProgramShape&) {
  const std::size_t middle = value.find('=');
  if (middle == std::string_view::npos || middle == 0 || middle + 1 == value.size()) {
    refuse(fmt::format("--seed {}: write TOPIC=FILE; each line of the file becomes one record of the topic",
                       value));
  }
  line.seeds.push_back({std::string(value.substr(0, middle)), std::string(value.substr(middle + 1))});
}

template <class Number>
Number whole_number(std::string_view flag, std::string_view value, Number least) {
  const std::optional<std::int64_t> number = config::parse_integer(value);
  if (!number || *number < static_cast<std::int64_t>(least) || !std::in_range<Number>(*number))
    refuse(fmt::format("{} {}: write a whole number from {} on", flag, value, least));
  return static_cast<Number>(*number);
}

void set_error(CommandLine& line, std::string_view value, const ProgramShape&) {
  static constexpr std::array kKinds{StepErrorKind::parse, StepErrorKind::function, StepErrorKind::serialize,
                                     StepErrorKind::header, StepErrorKind::produce};
  std::vector<std::pair<std::string_view, StepErrorKind>> kinds;
  for (const StepErrorKind kind : kKinds) kinds.emplace_back(to_string(kind), kind);
  line.dlq.redrive.filter.error = to_string(one_of<StepErrorKind>("--error", value, kinds));
}

std::string moment(std::string_view flag, std::string_view value) {
  if (!dlq::parse_moment(value, {})) {
    refuse(fmt::format("{} {}: write a time in UTC, 2026-01-31T12:00:00, or how long ago, 2h or 30m", flag,
                       value));
  }
  return std::string(value);
}

void set_offsets(CommandLine& line, std::string_view value, const ProgramShape&) {
  const std::size_t dots = value.find("..");
  const std::string_view last = dots == std::string_view::npos ? value : value.substr(dots + 2);
  const std::optional<std::int64_t> from = config::parse_integer(value.substr(0, dots));
  const std::optional<std::int64_t> to =
      last.empty() ? std::numeric_limits<std::int64_t>::max() : config::parse_integer(last);
  if (!from || !to || *from < 0 || *to < *from) {
    refuse(fmt::format(
        "--offset {}: write one offset of the dead letter topic, or the first and the last: 100..199",
        value));
  }
  line.dlq.redrive.filter.offsets = {*from, *to};
}

void set_rate(CommandLine& line, std::string_view value, const ProgramShape&) {
  const std::string_view number = value.ends_with("/s") ? value.substr(0, value.size() - 2) : value;
  const std::optional<double> rate = config::parse_number(number);
  if (!rate || *rate <= 0) refuse(fmt::format("--rate {}: write records in a second: 100/s", value));
  line.dlq.redrive.rate = rate;
}

constexpr std::array kFlags{
    Flag{"--config", "", "FILE", "the deployment, a YAML file",
         [](CommandLine& line, std::string_view value, const ProgramShape&) { line.config = value; }},
    Flag{"--segment-id", "-s", "N", "which entry of `pipeline.segments` this process runs, counted from 0; without it all of them",
         &set_segment},
    Flag{"--adapter", "-a", "NAME", "what executes the plan (listed below); `dummy` prints the plan instead",
         &set_adapter},
    Flag{"--name", "-n", "NAME", "a label for logs and metrics; it is no part of groups or topics",
         [](CommandLine& line, std::string_view value, const ProgramShape&) { line.name = value; }},
    Flag{"--log-level", "-l", "LEVEL", "DEBUG, INFO (default), WARNING, ERROR or CRITICAL", &set_log_level},
    Flag{"--log-format", "", "FORMAT", "text (default) or json: one line for each event, on stderr",
         &set_log_format},
    Flag{"--http", "", "[HOST]:PORT",
         "serve a page for browsers, /healthz, /readyz, /metrics, ...; without a host for this machine alone",
         &set_http},
    Flag{"--format", "", "FORMAT", "of `plan`: text (default), dot, mermaid or json", &set_plan_format},
    Flag{"--graph", "", "", "`plan` prints only the pipeline's graph; needs no deployment",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.graph_only = true; }},
    Flag{"--diff", "", "OLD",
         "`plan` says what changes against the deployment OLD, and what that would orphan",
         [](CommandLine& line, std::string_view value, const ProgramShape&) { line.diff = value; }},
    Flag{"--once", "", "", "`top` prints one table and ends, as it does where there is no terminal",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.once = true; }},
    Flag{"--allow-tap", "", "", "let `tap` show what records hold to whoever reaches the --http port",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.allow_tap = true; }},
    Flag{"--limit", "", "N", "`tap` and `dlq` end after N records",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.limit = whole_number<std::uint64_t>("--limit", value, 1);
         }},
    Flag{"--embedded-kafka", "", "",
         "host a broker in this process, in the place of every `bootstrap_servers`",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.embedded_kafka = true; }},
    Flag{"--seed", "", "TOPIC=FILE", "write each line of the file to the embedded broker first; repeatable",
         &set_seed},
    Flag{"--tail", "", "TOPIC", "print the values of this topic of the embedded broker on stdout; repeatable",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.tails.emplace_back(value);
         }},
    Flag{"--until-idle", "", "", "end when all seeded records are committed and everything tailed is printed",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.until_idle = true; }},
    Flag{"--help", "-h", "", "this text",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.command = Command::help; }},
    Flag{"--version", "", "", "versions, the ABI that modules must have, adapters",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.command = Command::version; }},
};

constexpr std::array kDlqFlags{
    Flag{"--source", "", "STEP", "the source that they belong to, where several have a queue",
         [](CommandLine& line, std::string_view value, const ProgramShape&) { line.dlq.source = value; }},
    Flag{"--step", "", "STEP", "only those that this step refused",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.dlq.redrive.filter.step = value;
         }},
    Flag{"--error", "", "KIND", "only of this kind: parse, function, serialize, header or produce",
         &set_error},
    Flag{"--message", "", "TEXT", "only those whose error has this text in it",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.dlq.redrive.filter.message = value;
         }},
    Flag{"--since", "", "TIME", "only those refused from then on: 2026-01-31T12:00:00 (UTC), or 2h ago",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.dlq.since = moment("--since", value);
         }},
    Flag{"--until", "", "TIME", "only those refused before then",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.dlq.until = moment("--until", value);
         }},
    Flag{"--partition", "", "N", "only those in this partition of the dead letter topic",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.dlq.redrive.filter.partition = whole_number<std::int32_t>("--partition", value, 0);
         }},
    Flag{"--offset", "", "A..B", "only those at these offsets of the dead letter topic, both included",
         &set_offsets},
    Flag{"--json", "", "", "print lines of JSON",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.dlq.json = true; }},
    Flag{"--payload", "", "", "`dlq show` prints keys, values and headers too",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.dlq.payload = true; }},
    Flag{"--rate", "", "N/s", "`dlq redrive` writes so many records in a second at most", &set_rate},
    Flag{"--dry-run", "", "", "`dlq redrive` only says what it would write",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.dlq.redrive.dry_run = true; }},
    Flag{"--max-attempts", "", "N", "`dlq redrive` leaves records that were refused N times (default 3)",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.dlq.redrive.max_attempts = whole_number<int>("--max-attempts", value, 1);
         }},
    Flag{"--at-least-once", "", "",
         "`dlq redrive` even where queue and source are on different clusters: a kill may repeat a batch",
         [](CommandLine& line, std::string_view, const ProgramShape&) {
           line.dlq.redrive.at_least_once = true;
         }},
};

void set_cpu(CommandLine& line, std::string_view value, const ProgramShape&) {
  if (!manifests::is_cpu(value))
    refuse(fmt::format("--cpu {}: write cores or millicores: 2, 0.5 or 500m", value));
  line.manifests.cpu = value;
}

void set_memory(CommandLine& line, std::string_view value, const ProgramShape&) {
  if (!manifests::is_memory(value))
    refuse(fmt::format("--memory {}: write an amount as Kubernetes does: 512Mi or 2Gi", value));
  line.manifests.memory = value;
}

constexpr std::array kManifestsFlags{
    Flag{
        "--image", "", "IMAGE", "the image of the pipeline; its entry point is this program",
        [](CommandLine& line, std::string_view value, const ProgramShape&) { line.manifests.image = value; }},
    Flag{"--service", "", "NAME",
         "the first part of every name: NAME-pipeline-PIPELINE-SEGMENT (default streams)",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.manifests.service = value;
         }},
    Flag{"--replicas", "", "N", "pods of each segment (default 1)",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.manifests.replicas = whole_number<std::uint32_t>("--replicas", value, 0);
         }},
    Flag{"--with-canary", "", "", "one of the replicas is a Deployment of its own, labelled `env: canary`",
         [](CommandLine& line, std::string_view, const ProgramShape&) { line.manifests.canary = true; }},
    Flag{"--namespace", "", "NAME", "of every object; else that of the deployment template",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.manifests.name_space = value;
         }},
    Flag{"--cpu", "", "AMOUNT", "asked for by each pod (default 500m for each thread); there is no limit",
         &set_cpu},
    Flag{"--memory", "", "AMOUNT", "asked for by each pod, and its limit (default: from `memory.budget`)",
         &set_memory},
    Flag{
        "--no-http", "", "", "no pages and no probes over HTTP (default: --http 0.0.0.0:8080)",
        [](CommandLine& line, std::string_view, const ProgramShape&) { line.manifests.without_http = true; }},
    Flag{"--container-name", "", "NAME", "of the container (default pipeline-consumer)",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.manifests.container_name = value;
         }},
    Flag{"--deployment-template", "", "FILE", "YAML that is merged into every Deployment",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.manifests.deployment_template = value;
         }},
    Flag{"--container-template", "", "FILE", "YAML that is merged into the pipeline's container",
         [](CommandLine& line, std::string_view value, const ProgramShape&) {
           line.manifests.container_template = value;
         }},
    Flag{
        "--patch", "", "FILE", "YAML that is merged into every Deployment last; it may change anything",
        [](CommandLine& line, std::string_view value, const ProgramShape&) { line.manifests.patch = value; }},
};

const Flag* find_flag(std::string_view name) {
  for (const std::span<const Flag> flags : {std::span<const Flag>(kFlags), std::span<const Flag>(kDlqFlags),
                                            std::span<const Flag>(kManifestsFlags)}) {
    for (const Flag& flag : flags) {
      if (name == flag.name || (!flag.short_name.empty() && name == flag.short_name)) return &flag;
    }
  }
  return nullptr;
}

bool is_one_of(std::span<const Flag> flags, const Flag& flag) {
  return std::any_of(flags.begin(), flags.end(), [&](const Flag& known) { return known.name == flag.name; });
}

/// Reads the flag at `position` with its value, which may stand in the same word (`--config=x`, `-s0`).
void read_flag(CommandLine& line, const std::vector<std::string>& arguments, std::size_t& position,
               const ProgramShape& program) {
  const std::string_view word = arguments[position];
  std::string_view name = word;
  std::optional<std::string_view> value;
  if (word.starts_with("--")) {
    if (const std::size_t middle = word.find('='); middle != std::string_view::npos) {
      name = word.substr(0, middle);
      value = word.substr(middle + 1);
    }
  } else if (word.size() > 2) {
    name = word.substr(0, 2);
    value = word.substr(2);
  }
  const Flag* flag = find_flag(name);
  if (flag == nullptr) {
    std::vector<std::string_view> names;
    names.reserve(std::size(kFlags) + std::size(kDlqFlags) + std::size(kManifestsFlags));
    for (const Flag& known : kFlags) names.push_back(known.name);
    for (const Flag& known : kDlqFlags) names.push_back(known.name);
    for (const Flag& known : kManifestsFlags) names.push_back(known.name);
    refuse(fmt::format("{}: there is no such flag{}", word.starts_with("--") ? name : word,
                       word.starts_with("--") ? did_you_mean(name, names) : ""));
  }
  if (flag->value.empty()) {
    if (value) refuse(fmt::format("{} takes no value", flag->name));
  } else if (!value) {
    if (position + 1 == arguments.size() || arguments[position + 1] == "--") {
      refuse(fmt::format("{} needs a value: {} {}", name, flag->name, flag->value));
    }
    value = arguments[++position];
  }
  if (!flag->value.empty() && value->empty()) {
    refuse(fmt::format("{} has an empty value: {} {}", name, flag->name, flag->value));
  }
  flag->set(line, value.value_or(""), program);
  if (is_one_of(kDlqFlags, *flag)) line.dlq.given.push_back(flag->name);
  if (is_one_of(kManifestsFlags, *flag)) line.manifests.given.push_back(flag->name);
}

/// The word behind `dlq`.
void read_dlq_word(CommandLine& line, std::string_view word) {
  std::vector<std::string_view> words;
  for (const DlqWord& known : kDlqWords) {
    words.push_back(known.word);
    if (word == known.word) line.dlq.action = known.action;
  }
  if (!line.dlq.action) {
    refuse(fmt::format("dlq {}: there is no such command; it is one of {}{}", word, fmt::join(words, ", "),
                       did_you_mean(word, words)));
  }
}

void read_word(CommandLine& line, std::optional<std::string_view>& command, std::string_view word,
               const ProgramShape& program) {
  const bool names_application = std::any_of(kApplicationEndings.begin(), kApplicationEndings.end(),
                                             [&](std::string_view ending) { return word.ends_with(ending); });
  if (names_application) {
    if (!program.takes_application) {
      refuse(
          fmt::format("{}: this program has its own pipeline and takes no other; streams-runner does", word));
    }
    if (line.application) {
      refuse(fmt::format("{}: there is already an application, {}; further sources stand behind `--`", word,
                         *line.application));
    }
    line.application = word;
    return;
  }
  if (command == "dlq" && !line.dlq.action) {
    read_dlq_word(line, word);
    return;
  }
  if (command == "tap" && line.tapped.empty()) {
    line.tapped = word;
    return;
  }
  std::vector<std::string_view> words;
  for (const CommandWord& known : kCommands) {
    words.push_back(known.word);
    if (word != known.word) continue;
    if (command) refuse(fmt::format("{}: there is already a command, {}", word, *command));
    command = known.word;
    // `--help` and `--version` stand above it.
    if (line.command == Command::run) line.command = known.command;
    return;
  }
  std::string text = fmt::format("{}: there is no such command; it is one of {}{}", word,
                                 fmt::join(words, ", "), did_you_mean(word, words));
  if (program.takes_application) {
    text += fmt::format(" (an application ends in {})", fmt::join(kApplicationEndings, ", "));
  }
  refuse(text);
}

std::string first_adapter(const ProgramShape& program) {
  return program.adapters->empty() ? "" : program.adapters->front().name;
}

void check_dlq(const CommandLine& line) {
  const DlqOptions& dlq = line.dlq;
  if (line.command != Command::dlq) {
    if (!dlq.given.empty()) refuse(fmt::format("{} belongs to the command `dlq`", dlq.given.front()));
    return;
  }
  if (line.embedded_kafka)
    refuse("--embedded-kafka belongs to the command `run`: its broker is gone with its process");
  if (!dlq.action)
    refuse("dlq: say what to do with the dead letters: `dlq list`, `dlq show` or `dlq redrive`");
  for (const std::string_view flag : dlq.given) {
    const bool of_show = flag == "--payload";
    const bool of_redrive =
        flag == "--rate" || flag == "--dry-run" || flag == "--max-attempts" || flag == "--at-least-once";
    if (of_show && dlq.action != DlqAction::show) refuse(fmt::format("{} belongs to `dlq show`", flag));
    if (of_redrive && dlq.action != DlqAction::redrive)
      refuse(fmt::format("{} belongs to `dlq redrive`", flag));
  }
}

void check_manifests(const CommandLine& line) {
  const ManifestsOptions& manifests = line.manifests;
  if (line.command != Command::manifests) {
    if (!manifests.given.empty())
      refuse(fmt::format("{} belongs to the command `manifests`", manifests.given.front()));
    return;
  }
  if (!manifests.image)
    refuse(
        "manifests needs --image IMAGE: the image that holds the pipeline; docs/operations/kubernetes.md "
        "shows how "
        "it is built");
  if (manifests.image->find_first_of(" \t\r\n") != std::string::npos)
    refuse(fmt::format("--image {}: the name of an image has no spaces", *manifests.image));
  if (manifests.canary && manifests.replicas.value_or(1) < 2)
    refuse("--with-canary needs --replicas of 2 or more: the canary is one of them");
  if (manifests.without_http && line.http) refuse("--no-http and --http exclude each other");
  if (line.http && line.http->port == 0)
    refuse("--http needs a port that is known before the pod starts: :8080");
  if (line.embedded_kafka)
    refuse("--embedded-kafka belongs to the command `run`: each pod would have a broker of its own");
  if (!line.compile_arguments.empty())
    refuse("`--` leads in sources and flags of the compiler, and `manifests` compiles nothing");
}

void check(const CommandLine& line, const ProgramShape& program) {
  if (line.command == Command::help || line.command == Command::version) return;
  check_dlq(line);
  check_manifests(line);
  const bool plans = line.command == Command::plan;
  if (line.diff && !plans) refuse("--diff belongs to the command `plan`");
  if (line.diff && (line.graph_only || line.plan_format != PlanFormat::text))
    refuse("--diff prints text about two deployments; leave out --graph and --format");
  if (line.graph_only && !plans) refuse("--graph belongs to the command `plan`");
  if (line.plan_format != PlanFormat::text && !plans) refuse("--format belongs to the command `plan`");
  if (line.once && line.command != Command::top) refuse("--once belongs to the command `top`");
  if (line.limit && line.command != Command::tap && line.command != Command::dlq)
    refuse("--limit belongs to the commands `tap` and `dlq`");
  if (line.command == Command::top || line.command == Command::tap) {
    const std::string_view command = line.command == Command::top ? "top" : "tap";
    if (line.allow_tap) refuse("--allow-tap belongs to the command `run`");
    if (!line.http || line.http->port == 0) {
      refuse(fmt::format(
          "{} needs --http [HOST]:PORT, the address that the run was started with or says in its log",
          command));
    }
    if (line.command == Command::tap && line.tapped.empty())
      refuse("tap needs the name of a step: `tap --http :8080 parser`; `top --http :8080` names all of them");
    return;
  }
  if (!line.config && !(plans && line.graph_only)) {
    refuse(
        fmt::format("--config is missing: the deployment says which brokers, topics and threads; `{} --help` "
                    "has examples",
                    program.name));
  }
  if (line.graph_only && !line.config && !line.application && program.takes_application) {
    refuse("plan --graph needs an application, or a deployment that names one (--config)");
  }
  if (line.allow_tap && line.command != Command::run) refuse("--allow-tap belongs to the command `run`");
  if (line.command != Command::run) return;
  if (line.allow_tap && !line.http) refuse("--allow-tap needs --http [HOST]:PORT, where `tap` would ask");
  if (!line.embedded_kafka) {
    if (!line.seeds.empty()) refuse("--seed needs --embedded-kafka: it writes to no other broker");
    if (!line.tails.empty()) refuse("--tail needs --embedded-kafka: it reads from no other broker");
  }
  if (line.until_idle && line.seeds.empty()) {
    refuse("--until-idle needs --embedded-kafka and --seed: it waits until the seeded records are done");
  }
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments, const ProgramShape& program) {
  CommandLine line;
  line.adapter = first_adapter(program);
  std::optional<std::string_view> command;
  for (std::size_t position = 0; position < arguments.size(); ++position) {
    const std::string& word = arguments[position];
    if (word == "--") {
      if (!program.takes_application) {
        refuse("`--` leads in sources and flags of the compiler, and this program compiles nothing");
      }
      line.compile_arguments.assign(arguments.begin() + static_cast<std::ptrdiff_t>(position) + 1,
                                    arguments.end());
      break;
    }
    if (word.size() > 1 && word.front() == '-') {
      read_flag(line, arguments, position, program);
    } else {
      read_word(line, command, word, program);
    }
  }
  if (line.adapter == "dummy") {
    if (line.command == Command::run) line.command = Command::plan;
    line.adapter = first_adapter(program);
  }
  check(line, program);
  line.dlq.redrive.limit = line.limit;
  return line;
}

std::string help_text(const ProgramShape& program) {
  const std::string& name = program.name;
  const std::string_view application = program.takes_application ? " [APPLICATION]" : "";
  std::string text;
  if (program.takes_application) {
    text = fmt::format(
        "usage: {0} [COMMAND] [FLAGS] [APPLICATION] [-- SOURCES AND COMPILER FLAGS]\n\n"
        "Runs a Streams pipeline. APPLICATION is what holds it:\n"
        "  x.cpp, x.cc  a source file; compiled once, kept until it or a header of it changes\n"
        "  x.so         a module, built with streams_add_pipeline()\n"
        "Without it, the deployment's `pipeline.application` says which (relative to that file).\n"
        "Behind `--` stand what else goes into a source file's build: more sources, -I, -D, -l flags.\n",
        name);
  } else {
    text = fmt::format(
        "usage: {} [COMMAND] [FLAGS]\n\nRuns the Streams pipeline that is part of this program.\n", name);
  }
  text += "\nCommands:\n";
  for (const CommandWord& command : kCommands)
    text += fmt::format("  {:<10}{}\n", command.word, command.about);
  for (const DlqWord& word : kDlqWords) text += fmt::format("    {:<8}{}\n", word.word, word.about);
  const auto list_flags = [&text](std::span<const Flag> flags) {
    for (const Flag& flag : flags) {
      const std::string names =
          fmt::format("{}{}{}{}", flag.short_name.empty() ? "    " : fmt::format("{}, ", flag.short_name),
                      flag.name, flag.value.empty() ? "" : " ", flag.value);
      text += fmt::format("  {:<24}  {}\n", names, flag.about);
    }
  };
  text += "\nFlags:\n";
  list_flags(kFlags);
  text += "\nFlags of `dlq`:\n";
  list_flags(kDlqFlags);
  text += "\nFlags of `manifests`:\n";
  list_flags(kManifestsFlags);
  text += "\nAdapters:\n";
  for (const AdapterFactory& factory : *program.adapters) {
    text += fmt::format("  {:<10}{}{}\n", factory.name, factory.about,
                        &factory == &program.adapters->front() ? " (the default)" : "");
  }
  text += fmt::format(
      "\nExamples:\n"
      "  # See what a pipeline would do, without a broker:\n"
      "  {0} plan --config deployment.yaml{1}\n"
      "  # Try it without any broker: sample lines in, results on the terminal, then it ends:\n"
      "  {0} --config deployment.yaml --embedded-kafka --seed TOPIC=sample.jsonl --tail TOPIC "
      "--until-idle{1}\n"
      "  # Run it:\n"
      "  {0} --config deployment.yaml --segment-id 0{1}\n"
      "  {0} --config deployment.yaml --http :8080{1}\n"
      "  # See it: http://127.0.0.1:8080 in a browser, or\n"
      "  {0} top --http :8080\n"
      "  # See records on their way; the run must have been started with --allow-tap:\n"
      "  {0} tap --http :8080 --limit 10 STEP\n"
      "  # What was refused, and why; after the fault is mended, try it again:\n"
      "  {0} dlq list --config deployment.yaml{1}\n"
      "  {0} dlq redrive --step parser --config deployment.yaml{1}\n"
      "  # Run it in Kubernetes:\n"
      "  {0} manifests --config deployment.yaml --image registry/pipeline:1 | kubectl apply -f -\n",
      name, application);
  if (program.takes_application) {
    text += fmt::format(
        "  # A pipeline with generated Protobuf code:\n"
        "  {0} --config deployment.yaml x.cpp -- gen/x.pb.cc -Igen -lstreams_protobuf -lprotobuf\n",
        name);
  }
  text +=
      "\nThe embedded broker keeps its records in memory and is gone with the process. All topics of the "
      "plan are made with\n"
      "one partition, so that what --tail prints keeps the order of the seed, and every source starts at the "
      "earliest\n"
      "record, whatever `auto_offset_reset` says: nothing is older than the run.\n"
      "\nSIGTERM and SIGINT stop the run: what was read is finished and committed. A second one ends it at "
      "once.\n"
      "\nExit codes:\n";
  for (const ExitCodeText& code : kExitCodes)
    text += fmt::format("  {}  {}\n", static_cast<int>(code.code), code.text);
  text +=
      "\nEnvironment:\n"
      "  POD_NAME        in Kubernetes the pod's name, by which its consumer group knows it\n";
  if (program.takes_application) {
    text +=
        "  CXX             the compiler for source files, in the place of the one that built this program\n"
        "  XDG_CACHE_HOME  where compiled pipelines are kept (in streams/modules); ~/.cache when it is not "
        "set\n";
  }
  return text;
}

std::string version_text(const ProgramShape& program) {
  std::string text = fmt::format("{} {}\nmodule API {}.{}\nmodule ABI {}\n", program.name, STREAMS_VERSION,
                                 module::kApiMajor, module::kApiMinor, module::abi_tag());
  for (const AdapterFactory& factory : *program.adapters) {
    text +=
        fmt::format("adapter {}{}{}\n", factory.name, factory.version.empty() ? "" : " ", factory.version);
  }
  return text;
}

}  // namespace streams::runtime
