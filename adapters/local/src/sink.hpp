#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <streams/runtime/config.hpp>
#include <streams/runtime/io.hpp>
#include <streams/runtime/log.hpp>

#include "descriptor.hpp"
#include "waiter.hpp"

namespace streams::local {

/// Appends records to files, or to standard output, a line each. A record is delivered once the system has
/// taken its bytes: a kill of the process does not lose it, a loss of power may.
class LineSink final : public runtime::Sink {
 public:
  /// Where one sink of the segment writes.
  struct Target {
    std::filesystem::path file;  ///< empty: `descriptor`
    int descriptor = -1;         ///< not owned
    std::string name;            ///< in errors
  };

  /// `targets` in the order of `Segment::sinks`; several may be the same. `waiter` and `log` outlive the
  /// sink.
  LineSink(std::vector<Target> targets, runtime::LocalFormat format, FileWaiter& waiter, runtime::Log& log);

  absl::Status start(runtime::SinkEvents& events) override;
  bool send(const runtime::OutgoingRecord& record) override;
  void poll() override;
  void flush() override {}

 private:
  /// One file, whatever the number of sinks that write to it.
  struct Output {
    std::string name;
    Descriptor owned;
    int descriptor = -1;
    bool may_block = false;  // no regular file
    std::string waiting;     // accepted, not written
    std::uint64_t accepted = 0;
    std::uint64_t written = 0;
    std::deque<std::pair<std::uint64_t, void*>>
        reports;  // a record is written when `written` reaches its number
  };

  absl::Status open_file(Output& output, const std::filesystem::path& file);
  absl::Status mend_end(Output& output) const;
  /// Writes what can be written without waiting.
  absl::Status write_out(Output& output);

  const std::vector<Target> targets_;
  const runtime::LocalFormat format_;
  FileWaiter& waiter_;
  runtime::Log& log_;
  runtime::SinkEvents* events_ = nullptr;
  std::map<std::string, Output> outputs_;  // by name
  std::vector<Output*> by_sink_;
  bool failed_ = false;
};

}  // namespace streams::local
