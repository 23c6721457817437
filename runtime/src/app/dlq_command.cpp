#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <streams/runtime/dead_letter.hpp>

#include "app/program.hpp"
#include "app/signals.hpp"
#include "config/nearest.hpp"
#include "dlq/dead_letter_groups.hpp"
#include "dlq/dead_letter_scan.hpp"
#include "dlq/dead_letter_text.hpp"
#include "dlq/redrive.hpp"
#include "dlq/redrive_ledger.hpp"
#include "dlq/redrive_text.hpp"
#include "dlq/time_text.hpp"

namespace streams::runtime {
namespace {

/// A source that has a dead letter queue, and the segment that it is part of.
struct QueueOwner {
  const Segment* segment = nullptr;
  const PlannedSource* source = nullptr;
};

const AdapterFactory& factory_with_dead_letters(const Program& program, const CommandLine& line) {
  const AdapterFactory* found = find_adapter(program, line);
  if (found != nullptr && found->dead_letters) return *found;
  std::vector<std::string_view> others;
  for (const AdapterFactory& factory : *program.shape.adapters) {
    if (factory.dead_letters) others.push_back(factory.name);
  }
  throw CommandFailure{
      ExitCode::command_line,
      fmt::format("dlq: adapter {} has none{}", found == nullptr ? "" : found->name,
                  others.empty() ? "" : fmt::format("; use --adapter {}", fmt::join(others, " or ")))};
}

/// Whether records that a segment refuses go into the queue of this source of another one.
bool is_far_source(const Plan& plan, std::size_t segment_id, const PlannedSource& source) {
  const auto segment = std::find_if(plan.segments.begin(), plan.segments.end(),
                                    [&](const Segment& one) { return one.id == segment_id; });
  return segment != plan.segments.end() &&
         std::any_of(segment->far_sources.begin(), segment->far_sources.end(),
                     [&](const FarSource& far) { return far.topic == source.topic; });
}

QueueOwner find_queue(const Plan& plan, const CommandLine& line) {
  std::vector<QueueOwner> owners;
  std::vector<std::string_view> names;
  for (const Segment& segment : plan.segments) {
    for (const PlannedSource& source : segment.sources) {
      if (!source.dead_letters) continue;
      if (line.segment_id && *line.segment_id != segment.id && !is_far_source(plan, *line.segment_id, source))
        continue;
      const std::string& name = plan.graph.nodes()[source.node].name;
      if (line.dlq.source && *line.dlq.source != name) {
        names.push_back(name);
        continue;
      }
      owners.push_back({&segment, &source});
      names.push_back(name);
    }
  }
  if (names.empty()) {
    throw CommandFailure{ExitCode::configuration,
                         fmt::format("no source has a dead letter queue; write `dlq: {{topic: NAME}}` under "
                                     "steps_config of the source in {}",
                                     line.config.value_or("the deployment"))};
  }
  if (owners.empty()) {
    const std::string near = nearest(*line.dlq.source, names);
    throw CommandFailure{
        ExitCode::command_line,
        fmt::format("--source {}: there is no source of that name with a dead letter queue; there is {}{}",
                    *line.dlq.source, fmt::join(names, ", "),
                    near.empty() ? "" : fmt::format("; did you mean {}?", near))};
  }
  if (owners.size() > 1) {
    throw CommandFailure{ExitCode::command_line,
                         fmt::format("several sources have a dead letter queue; choose one with --source: {}",
                                     fmt::join(names, ", "))};
  }
  return owners.front();
}

dlq::RedriveOptions options_of(const CommandLine& line, const Clock& clock) {
  dlq::RedriveOptions options = line.dlq.redrive;
  if (line.dlq.since) options.filter.since = dlq::parse_moment(*line.dlq.since, clock.calendar());
  if (line.dlq.until) options.filter.until = dlq::parse_moment(*line.dlq.until, clock.calendar());
  return options;
}

ExitCode exit_code_of(const absl::Status& status) {
  if (absl::IsFailedPrecondition(status)) return ExitCode::command_line;
  if (absl::IsInvalidArgument(status)) return ExitCode::configuration;
  return ExitCode::outside;
}

/// Sleeps until the time is over or the command is to stop.
class StoppableSleep {
 public:
  explicit StoppableSleep(StopSignal& stop) : stop_(stop) {
    stop_.on_stop([this] {
      const std::lock_guard lock(mutex_);
      stopped_.notify_all();
    });
  }
  ~StoppableSleep() { stop_.on_stop({}); }
  StoppableSleep(const StoppableSleep&) = delete;
  StoppableSleep& operator=(const StoppableSleep&) = delete;

  void sleep(std::chrono::nanoseconds time) {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, time, [this] { return stop_.stopped(); });
  }

 private:
  StopSignal& stop_;
  std::mutex mutex_;
  std::condition_variable stopped_;
};

/// One run of the command.
class DlqRun {
 public:
  DlqRun(const CommandLine& line, const Plan& plan, const AdapterFactory& factory, const Clock& clock,
         StderrLog& log)
      : line_(line),
        plan_(plan),
        clock_(clock),
        log_(log),
        owner_(find_queue(plan, line)),
        options_(options_of(line, clock)),
        signals_(stop_, log) {
    auto store = factory.dead_letters(
        {.plan = plan, .segment = *owner_.segment, .source = *owner_.source, .log = log, .stop = [this] {
           return stopped();
         }});
    if (!store.ok())
      throw CommandFailure{exit_code_of(store.status()), std::string(store.status().message())};
    store_ = *std::move(store);
  }

  ExitCode list() {
    dlq::RedriveLedger ledger;
    dlq::DeadLetterGroups groups;
    absl::Status status = ledger.read(*store_);
    if (status.ok()) {
      status = scan([&](const Message<Bytes>&, const dlq::DeadLetterFacts& facts) {
        groups.add(facts, ledger.has(facts));
      });
    }
    if (status.ok() || absl::IsCancelled(status))
      print(line_.dlq.json ? dlq::json_of(groups.sorted()) : dlq::table_of(groups.sorted()));
    return finish(status);
  }

  ExitCode show() {
    using Form = dlq::DeadLetterPrinter::Form;
    dlq::RedriveLedger ledger;
    dlq::DeadLetterPrinter printer(line_.dlq.json ? Form::json : Form::table, line_.dlq.payload);
    absl::Status status = ledger.read(*store_);
    if (status.ok()) {
      status = scan([&](const Message<Bytes>& record, const dlq::DeadLetterFacts& facts) {
        print(printer.add({record, facts, ledger.has(facts)}));
      });
    }
    print(printer.finish());
    return finish(status);
  }

  ExitCode redrive() {
    StoppableSleep sleep(stop_);
    dlq::RedriveProgress progress(::isatty(STDERR_FILENO) != 0, clock_, [](std::string_view text) {
      std::fwrite(text.data(), 1, text.size(), stderr);
      std::fflush(stderr);
    });
    const dlq::RedriveTools tools{
        .clock = clock_,
        .sleep = [&](std::chrono::nanoseconds time) { sleep.sleep(time); },
        .stop = [this] { return stopped(); },
        .progress = [&](const dlq::RedriveCounts& counts) { progress.update(counts); }};
    const dlq::RedriveResult result = dlq::redrive(*store_, redrive_source(), options_, tools);
    progress.finish(result.counts);
    // Refused before it began: there is nothing to sum up.
    const bool began = result.status.ok() || result.counts.to_look_at != 0;
    if (began) {
      const std::string& queue = owner_.segment->sinks[owner_.source->dead_letters->sink].topic;
      const dlq::RedriveNames names{queue, owner_.source->topic,
                                    queue + std::string(dead_letter::kLedgerEnding)};
      print(line_.dlq.json ? dlq::summary_json(result, options_, names)
                           : dlq::summary_text(result, options_, names));
    }
    return finish(result.status);
  }

 private:
  dlq::RedriveSource redrive_source() const {
    dlq::RedriveSource source{.pipeline = plan_.pipeline, .topic = owner_.source->topic};
    for (const InternalTopic& topic : plan_.internal_topics) source.internal_topics.insert(topic.name);
    return source;
  }

  bool stopped() const { return stop_.stopped() || output_gone_; }

  template <class Letter>
  absl::Status scan(Letter letter) {
    const auto counts = dlq::scan(*store_, options_.filter, options_.limit, letter);
    if (!counts.ok()) return counts.status();
    if (counts->foreign != 0) {
      log_.warning(
          fmt::format("records in the queue without streams.dlq headers, which something else wrote: {}",
                      counts->foreign));
    }
    return absl::OkStatus();
  }

  /// Whoever reads stdout may have had enough (`| head`).
  void print(const std::string& text) {
    if (text.empty() || output_gone_) return;
    output_gone_ =
        std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0;
  }

  ExitCode finish(const absl::Status& status) {
    if (status.ok() || absl::IsCancelled(status)) return ExitCode::ok;
    log_.fault(std::string(status.message()));
    return exit_code_of(status);
  }

  const CommandLine& line_;
  const Plan& plan_;
  const Clock& clock_;
  StderrLog& log_;
  QueueOwner owner_;
  dlq::RedriveOptions options_;
  StopSignal stop_;
  SignalWatch signals_;
  bool output_gone_ = false;
  std::unique_ptr<DeadLetterStore> store_;
};

}  // namespace

ExitCode dlq_command(const Program& program, const CommandLine& line, StderrLog& log) {
  const AdapterFactory& factory = factory_with_dead_letters(program, line);
  const LoadedPlan loaded = load_plan(program, line, log);
  const SystemClock clock;
  DlqRun run(line, loaded.plan, factory, clock, log);
  switch (*line.dlq.action) {
    case DlqAction::list:
      return run.list();
    case DlqAction::show:
      return run.show();
    case DlqAction::redrive:
      return run.redrive();
  }
  return ExitCode::internal;
}

}  // namespace streams::runtime
