#include <streams/local/local.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <streams/version.hpp>

#include "joint_source.hpp"
#include "offset_store.hpp"
#include "sink.hpp"
#include "source.hpp"
#include "topic_file.hpp"
#include "waiter.hpp"

namespace streams::local {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
  return std::strerror(error);
}

/// Collects what is wrong outside, so that all of it is said at once.
class Faults {
 public:
  void add(std::string text) { text_ += (text_.empty() ? "" : "\n") + std::move(text); }
  void add(const absl::Status& status) {
    if (!status.ok()) add(std::string(status.message()));
  }
  absl::Status status() const {
    return text_.empty() ? absl::OkStatus() : absl::FailedPreconditionError(text_);
  }

 private:
  std::string text_;
};

class LocalAdapter final : public runtime::Adapter {
 public:
  explicit LocalAdapter(const runtime::AdapterContext& context) : log_(*context.log) {}

  absl::Status prepare(const runtime::Plan& plan, const runtime::Segment& segment) override {
    segment_ = &segment;
    format_ = plan.adapters.local.format;
    if (plan.adapters.local.directory) directory_ = fs::path(*plan.adapters.local.directory);
    if (segment.workers > 1) {
      log_.info(fmt::format(
          "the local adapter reads with one worker, because a file is one partition; {} stay idle",
          segment.workers - 1));
    }
    if (!directory_) {
      if (segment.sources.size() > 1) {
        return absl::FailedPreconditionError(
            fmt::format("the pipeline has {} sources, and there is one standard input; put each topic into a file "
                        "of its own and name their folder: `adapter_config: {{local: {{directory: FOLDER}}}}`",
                        segment.sources.size()));
      }
      if (isatty(STDIN_FILENO) == 1)
        log_.info("reading records from the terminal, a line each; end with Ctrl-D");
      return absl::OkStatus();
    }
    return check_directory(segment);
  }

  absl::StatusOr<runtime::WorkerIo> open_worker(std::size_t worker) override {
    absl::StatusOr<std::unique_ptr<FileWaiter>> waiter = FileWaiter::make();
    if (!waiter.ok()) return waiter.status();
    runtime::WorkerIo io;
    if (worker == 0 && !segment_->sources.empty()) {
      std::vector<std::unique_ptr<LineSource>> files;
      for (std::size_t i = 0; i < segment_->sources.size(); ++i) files.push_back(make_source(i, **waiter));
      io.source = std::make_unique<JointSource>(std::move(files));
      io.sink = std::make_unique<LineSink>(targets(), format_, **waiter, log_);
    } else {
      io.source = std::make_unique<IdleSource>();
      io.sink = std::make_unique<LineSink>(std::vector<LineSink::Target>{}, format_, **waiter, log_);
    }
    io.waiter = *std::move(waiter);
    return io;
  }

 private:
  absl::Status check_directory(const runtime::Segment& segment) const {
    Faults faults;
    std::error_code ignored;
    if (!fs::is_directory(*directory_, ignored)) {
      return absl::FailedPreconditionError(
          fmt::format("{}: there is no such directory; create it, or mend `adapter_config.local.directory`",
                      directory_->string()));
    }
    if (access(directory_->c_str(), W_OK) != 0) {
      faults.add(fmt::format("{}: cannot write into the directory: {}", directory_->string(), reason(errno)));
    }
    for (const runtime::PlannedSource& source : segment.sources) check_source(source, faults);
    for (const runtime::PlannedSink& sink : segment.sinks) check_sink(sink, segment, faults);
    return faults.status();
  }

  void check_source(const runtime::PlannedSource& source, Faults& faults) const {
    const absl::Status topic = check_file_name("topic", source.topic);
    const absl::Status group = check_file_name("group", source.group);
    faults.add(topic);
    faults.add(group);
    if (topic.ok()) {
      const fs::path file = topic_file(*directory_, source.topic);
      struct stat kind {};
      if (stat(file.c_str(), &kind) != 0) {
        faults.add(fmt::format("{}: cannot read topic '{}': {}; put its records there, a line each",
                               file.string(), source.topic, reason(errno)));
      } else if (S_ISDIR(kind.st_mode)) {
        faults.add(fmt::format("{}: is a directory, and should be the file of topic '{}'", file.string(),
                               source.topic));
      } else if (access(file.c_str(), R_OK) != 0) {
        faults.add(fmt::format("{}: cannot read topic '{}': {}", file.string(), source.topic, reason(errno)));
      }
    }
    if (topic.ok() && group.ok()) {
      const fs::path offsets = offset_file(*directory_, source.group, source.topic).parent_path();
      std::error_code error;
      fs::create_directories(offsets, error);
      if (error)
        faults.add(fmt::format("{}: cannot create the directory for offsets: {}", offsets.string(),
                               error.message()));
    }
  }

  void check_sink(const runtime::PlannedSink& sink, const runtime::Segment& segment, Faults& faults) const {
    if (absl::Status topic = check_file_name("topic", sink.topic); !topic.ok()) return faults.add(topic);
    const fs::path file = topic_file(*directory_, sink.topic);
    for (const runtime::PlannedSource& source : segment.sources) {
      if (source.topic != sink.topic) continue;
      faults.add(fmt::format(
          "{}: is read and written by the same pipeline, which would never end; give source or sink "
          "another 'topic'",
          file.string()));
    }
    struct stat kind {};
    if (stat(file.c_str(), &kind) != 0) return;  // it will be created
    if (S_ISDIR(kind.st_mode)) {
      faults.add(
          fmt::format("{}: is a directory, and should be the file of topic '{}'", file.string(), sink.topic));
    } else if (access(file.c_str(), W_OK) != 0) {
      faults.add(fmt::format("{}: cannot write topic '{}': {}", file.string(), sink.topic, reason(errno)));
    }
  }

  std::unique_ptr<LineSource> make_source(std::size_t index, FileWaiter& waiter) const {
    const runtime::PlannedSource& planned = segment_->sources[index];
    LineSource::Input input;
    if (directory_) {
      input.file = topic_file(*directory_, planned.topic);
      input.name = input.file->string();
      input.offsets.emplace(offset_file(*directory_, planned.group, planned.topic));
    } else {
      input.descriptor = STDIN_FILENO;
      input.name = "standard input";
    }
    return std::make_unique<LineSource>(std::move(input), planned, index, format_, waiter);
  }

  std::vector<LineSink::Target> targets() const {
    std::vector<LineSink::Target> all;
    for (const runtime::PlannedSink& sink : segment_->sinks) {
      if (directory_) {
        const fs::path file = topic_file(*directory_, sink.topic);
        all.push_back({.file = file, .descriptor = -1, .name = file.string()});
      } else {
        all.push_back({.file = {}, .descriptor = STDOUT_FILENO, .name = "standard output"});
      }
    }
    return all;
  }

  runtime::Log& log_;
  const runtime::Segment* segment_ = nullptr;
  runtime::LocalFormat format_ = runtime::LocalFormat::kLines;
  std::optional<fs::path> directory_;
};

}  // namespace

runtime::AdapterFactory adapter() {
  runtime::AdapterFactory factory;
  factory.name = "local";
  factory.about = "topics are files in adapter_config.local.directory, or standard input and output";
  factory.version = STREAMS_VERSION;
  factory.make = [](const runtime::AdapterContext& context) -> std::unique_ptr<runtime::Adapter> {
    return std::make_unique<LocalAdapter>(context);
  };
  factory.needs.bootstrap_servers = false;
  factory.needs.internal_topics = false;
  return factory;
}

}  // namespace streams::local
