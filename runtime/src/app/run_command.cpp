#include <memory>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <streams/error.hpp>
#include <streams/runtime/engine.hpp>

#include "app/embedded.hpp"
#include "app/outside_places.hpp"
#include "app/program.hpp"
#include "app/signals.hpp"
#include "engine/step_error_log.hpp"
#include "observe/health_file.hpp"
#include "observe/run_observer.hpp"
#include "observe/tap.hpp"

namespace streams::runtime {
namespace {

const AdapterFactory& adapter_factory(const Program& program, const CommandLine& line) {
  const AdapterFactory* found = find_adapter(program, line);
  if (found == nullptr) {
    throw CommandFailure{ExitCode::command_line,
                         "this program was built without any adapter, so it can only `plan`"};
  }
  if (line.embedded_kafka && !found->embedded_broker) {
    std::vector<std::string_view> others;
    for (const AdapterFactory& factory : *program.shape.adapters) {
      if (factory.embedded_broker) others.push_back(factory.name);
    }
    throw CommandFailure{
        ExitCode::command_line,
        fmt::format("--embedded-kafka: adapter {} has none{}", found->name,
                    others.empty() ? "" : fmt::format("; use --adapter {}", fmt::join(others, " or ")))};
  }
  return *found;
}

std::string start_text(const CommandLine& line, const Plan& plan, const Segment& segment) {
  std::vector<std::string> reads;
  for (const PlannedSource& source : segment.sources) {
    reads.push_back(fmt::format("{} as group {}", source.topic, source.group));
  }
  std::set<std::string> writes;
  for (const PlannedSink& sink : segment.sinks) writes.insert(sink.topic);
  for (const OutsidePlace& sink : outside_places(plan, segment)) writes.insert("objects in " + sink.place);
  return fmt::format("running {}{}: segment {}, adapter {}, {} worker{}; reads {}; writes {}", plan.pipeline,
                     line.name.empty() ? "" : fmt::format(" ({})", line.name), segment.label(), line.adapter,
                     segment.workers, segment.workers == 1 ? "" : "s", fmt::join(reads, ", "),
                     writes.empty() ? "no topic" : fmt::format("{}", fmt::join(writes, ", ")));
}

std::string counts_text(const std::vector<StepCounts>& counts) {
  std::vector<std::string> parts;
  for (const StepCounts& step : counts) {
    std::string part = fmt::format("{} {}", step.step, step.input);
    if (step.dropped != 0) part += fmt::format(" (dropped {})", step.dropped);
    if (step.errors != 0) part += fmt::format(" (refused {})", step.errors);
    if (step.dead_letters != 0) part += fmt::format(" (dead letters {})", step.dead_letters);
    if (step.retried != 0) part += fmt::format(" (retried {})", step.retried);
    parts.push_back(std::move(part));
  }
  return parts.empty() ? "no records" : fmt::format("records by step: {}", fmt::join(parts, ", "));
}

void log_refused(const RunResult& result, const CommandLine& line, StderrLog& log) {
  for (const StepError& error : result.record_errors) {
    log_step_error(log, LogLevel::error, to_text(error), error);
    log.error(fmt::format(
        "its offset is not committed, so a restart reads the record again; to go on, mend the "
        "step or the record's producer, "
        "or let the step drop such records (counted), or put them into a dead letter queue: `on_error: "
        "drop` or `dlq` at steps_config.{} in {}",
        error.step, line.config.value_or("the deployment")));
  }
}

ExitCode report(const RunResult& result, const CommandLine& line, const Plan& plan, StderrLog& log) {
  ExitCode code = ExitCode::ok;
  std::string_view how = "stopped";
  switch (result.end) {
    case RunResult::End::stopped:
      break;
    case RunResult::End::finished:
      how = "finished, the source has no more records";
      break;
    case RunResult::End::record_failed:
      how = "ended by a refused record";
      code = ExitCode::record_refused;
      log_refused(result, line, log);
      break;
    case RunResult::End::failed:
      how = "failed";
      code = ExitCode::outside;
      log.error(std::string(result.status.message()));
      break;
  }
  log.info(fmt::format("{} {}; {}", plan.pipeline, how, counts_text(result.counts)));
  return code;
}

ObserverOptions observer_options(const CommandLine& line, const DeploymentConfig& config, const Plan& plan,
                                 const Segment& segment, TapBoard* taps) {
  ObserverOptions options;
  options.taps = taps;
  options.http = line.http;
  options.metrics = config.metrics;
  options.health = config.pipeline.health;
  if (config.pipeline.adapters.write_healthcheck) options.health_file = default_health_file();
  options.labels = {line.name.empty() ? plan.pipeline : line.name, segment.label(), config.metrics.tags};
  options.config = masked_text(config);
  return options;
}

}  // namespace

ExitCode run_command(const Program& program, const CommandLine& line, StderrLog& log) {
  const AdapterFactory& factory = adapter_factory(program, line);
  auto [plan, entry, config] = load_plan(program, line, log);
  if (absl::Status status = check_embedded_topics(line, plan.segment(entry)); !status.ok()) {
    throw CommandFailure{ExitCode::command_line, std::string(status.message())};
  }
  const SystemClock clock;
  const AdapterContext context{&clock, &log};
  StopSignal stop;
  const SignalWatch signals(stop, log);

  std::unique_ptr<EmbeddedRun> embedded;
  if (line.embedded_kafka) {
    absl::StatusOr<std::unique_ptr<EmbeddedRun>> started =
        EmbeddedRun::start(factory, context, line, plan, entry);
    if (!started.ok()) {
      log.error(std::string(started.status().message()));
      return ExitCode::outside;
    }
    embedded = *std::move(started);
  }
  const Segment& segment = plan.segment(entry);
  RunWindow window;
  TapBoard taps;
  TapBoard* const allowed_taps = line.allow_tap ? &taps : nullptr;
  absl::StatusOr<std::unique_ptr<RunObserver>> observer = RunObserver::start(
      observer_options(line, config, plan, segment, allowed_taps), plan, segment, window, clock, log);
  if (!observer.ok()) {
    log.error(std::string(observer.status().message()));
    return ExitCode::outside;
  }
  std::unique_ptr<Adapter> adapter = factory.make(context);
  if (!line.tails.empty() || line.until_idle) adapter = observe(std::move(adapter), embedded->progress());
  if (absl::Status status = adapter->prepare(plan, segment); !status.ok()) {
    log.error(std::string(status.message()));
    return ExitCode::outside;
  }
  log.info(start_text(line, plan, segment));
  if (line.allow_tap) log.warning("--allow-tap: whoever reaches the http port can see what records hold");
  if (embedded) embedded->watch(stop);
  RunResult result;
  try {
    result = run_segment(plan, segment, *adapter, clock, log, stop, &window, allowed_taps);
  } catch (const PipelineError& error) {
    // The run has begun for whoever reads the log: a step that cannot be made is a line of it.
    for (const std::string& fault : error.faults()) log.error(fault);
    return ExitCode::pipeline;
  }
  absl::Status printed = embedded ? embedded->finish() : absl::OkStatus();
  const ExitCode code = report(result, line, plan, log);
  if (code == ExitCode::ok && !printed.ok()) {
    log.error(std::string(printed.message()));
    return ExitCode::outside;
  }
  return code;
}

}  // namespace streams::runtime
