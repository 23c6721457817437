#include "app/embedded.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/nearest.hpp"

namespace streams::runtime {
namespace {

/// Far more than a poll of the tail takes; only a broken broker lets it pass.
constexpr std::chrono::seconds kLastPrints{5};
constexpr std::chrono::hours kForever{24 * 365};

std::set<std::string> topics_of(const Segment& segment) {
  std::set<std::string> topics;
  for (const PlannedSource& source : segment.sources) topics.insert(source.topic);
  for (const PlannedSink& sink : segment.sinks) topics.insert(sink.topic);
  return topics;
}

absl::Status check_topic(std::string_view flag, const std::string& topic, const std::set<std::string>& topics,
                         std::string_view verb) {
  if (topics.contains(topic)) return absl::OkStatus();
  const std::string near = nearest(topic, {topics.begin(), topics.end()});
  return absl::InvalidArgumentError(
      fmt::format("{} {}: the plan {} no such topic; {}{}", flag, topic, verb,
                  topics.empty() ? "there is none" : fmt::format("there is {}", fmt::join(topics, ", ")),
                  near.empty() ? "" : fmt::format("; did you mean {}?", near)));
}

absl::StatusOr<std::vector<std::string>> read_lines(const std::string& file) {
  std::ifstream in(file);
  if (!in) return absl::NotFoundError(fmt::format("--seed: {}: cannot be read", file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

void drop_connection_settings(Params& params) {
  std::erase_if(params, [](const Param& param) {
    return param.name == "bootstrap.servers" || param.name == "metadata.broker.list" ||
           param.name == "security.protocol" || param.name == "auto.offset.reset" ||
           param.name.starts_with("sasl.") || param.name.starts_with("ssl.");
  });
}

}  // namespace

absl::Status check_embedded_topics(const CommandLine& line, const Segment& segment) {
  std::set<std::string> read;
  for (const PlannedSource& source : segment.sources) read.insert(source.topic);
  for (const Seed& seed : line.seeds) {
    if (absl::Status status = check_topic("--seed", seed.topic, read, "reads"); !status.ok()) return status;
  }
  for (const std::string& topic : line.tails) {
    if (absl::Status status = check_topic("--tail", topic, topics_of(segment), "has"); !status.ok())
      return status;
  }
  return absl::OkStatus();
}

void point_sources(std::vector<PlannedSource>& sources, const std::string& servers) {
  for (PlannedSource& source : sources) {
    source.bootstrap_servers = {servers};
    source.auto_offset_reset = OffsetReset::kEarliest;
    source.strict_offset_reset = false;
    drop_connection_settings(source.additional_settings);
    drop_connection_settings(source.override_params);
    source.security.reset();
  }
}

void point_segment(Segment& segment, const std::string& servers) {
  point_sources(segment.sources, servers);
  for (PlannedSink& sink : segment.sinks) {
    sink.bootstrap_servers = {servers};
    drop_connection_settings(sink.additional_settings);
    drop_connection_settings(sink.override_params);
    sink.security.reset();
  }
}

void point_at_embedded_broker(Plan& plan, const std::string& servers) {
  drop_connection_settings(plan.adapters.kafka.override_params);
  plan.adapters.kafka.security.reset();
  point_sources(plan.sources, servers);
  for (InternalTopic& topic : plan.internal_topics) {
    topic.bootstrap_servers = {servers};
    topic.partitions.reset();  // it is made here, with one
  }
  point_segment(plan.whole, servers);
  for (Segment& segment : plan.segments) point_segment(segment, servers);
}

/// Topics that the run both writes and reads.
std::vector<std::string> internal_topics_of(const Plan& plan, const Segment& segment) {
  std::vector<std::string> topics;
  for (const PlannedSource& source : segment.sources) {
    const bool written = std::any_of(segment.sinks.begin(), segment.sinks.end(),
                                     [&](const PlannedSink& sink) { return sink.internal == source.internal; });
    if (source.internal && written) topics.push_back(plan.internal_topics[*source.internal].name);
  }
  return topics;
}

absl::StatusOr<std::unique_ptr<EmbeddedRun>> EmbeddedRun::start(const AdapterFactory& factory,
                                                                const AdapterContext& context,
                                                                const CommandLine& line, Plan& plan,
                                                                std::optional<std::size_t> entry) {
  std::unique_ptr<EmbeddedRun> run(new EmbeddedRun(line, *context.log));
  std::vector<std::pair<std::string, std::vector<std::string>>> seeds;
  for (const Seed& seed : line.seeds) {
    absl::StatusOr<std::vector<std::string>> lines = read_lines(seed.file);
    if (!lines.ok()) return lines.status();
    seeds.emplace_back(seed.topic, *std::move(lines));
  }
  absl::StatusOr<std::unique_ptr<EmbeddedBroker>> broker = factory.embedded_broker(context);
  if (!broker.ok()) return broker.status();
  run->broker_ = *std::move(broker);
  const std::set<std::string> topics = topics_of(plan.segment(entry));
  run->internal_ = internal_topics_of(plan, plan.segment(entry));
  for (const std::string& topic : topics) {
    if (absl::Status status = run->broker_->create_topic(topic, 1); !status.ok()) return status;
  }
  for (const auto& [topic, lines] : seeds) {
    if (absl::Status status = run->broker_->produce_lines(topic, lines); !status.ok()) return status;
    run->seeded_[topic] += lines.size();
  }
  const std::string servers = run->broker_->bootstrap_servers();
  point_at_embedded_broker(plan, servers);
  std::vector<std::string> parts;
  for (const std::string& topic : topics) {
    const auto count = run->seeded_.find(topic);
    parts.push_back(count == run->seeded_.end() ? topic
                                                : fmt::format("{} ({} records)", topic, count->second));
  }
  context.log->info(
      fmt::format("embedded broker at {}, topics of one partition: {}", servers, fmt::join(parts, ", ")));
  return run;
}

EmbeddedRun::~EmbeddedRun() {
  ended_ = true;
  progress_.give_up();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool EmbeddedRun::all_printed(const RunProgress& progress) const {
  return std::all_of(line_.tails.begin(), line_.tails.end(), [&](const std::string& topic) {
    const auto seeded = seeded_.find(topic);
    return progress.printed_records(topic) >=
           progress.delivered_records(topic) + (seeded == seeded_.end() ? 0 : seeded->second);
  });
}

void EmbeddedRun::watch(StopSignal& stop) {
  for (const std::string& topic : line_.tails) {
    threads_.emplace_back([this, &topic, &stop] { tail(topic, stop); });
  }
  if (!line_.until_idle) return;
  threads_.emplace_back([this, &stop] {
    const auto done = [this](const RunProgress& progress) {
      return std::all_of(seeded_.begin(), seeded_.end(),
                         [&](const auto& seed) {
                           return progress.committed_records(seed.first) >=
                                  static_cast<std::int64_t>(seed.second);
                         }) &&
             std::all_of(internal_.begin(), internal_.end(),
                         [&](const std::string& topic) {
                           return progress.committed_records(topic) >=
                                  static_cast<std::int64_t>(progress.delivered_records(topic));
                         }) &&
             all_printed(progress);
    };
    if (!progress_.await(done, kForever)) return;
    log_.info("all seeded records are committed: stopping");
    stop.stop();
  });
}

void EmbeddedRun::tail(const std::string& topic, StopSignal& stop) {
  const std::string prefix = line_.tails.size() > 1 ? topic + ": " : "";
  absl::Status status = broker_->tail(
      topic,
      [&](std::string_view value) {
        const std::string text = fmt::format("{}{}\n", prefix, value);
        if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
          return false;
        progress_.printed(topic);
        return true;
      },
      [this] { return ended_.load(); });
  if (ended_) return;
  if (status.ok()) status = absl::UnavailableError("--tail: stdout cannot be written");
  {
    const std::lock_guard lock(fault_mutex_);
    fault_.Update(status);
  }
  progress_.give_up();
  stop.stop();
}

absl::Status EmbeddedRun::finish() {
  progress_.await([this](const RunProgress& progress) { return all_printed(progress); }, kLastPrints);
  ended_ = true;
  progress_.give_up();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return fault_;
}

}  // namespace streams::runtime
