#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <streams/runtime/config.hpp>
#include <streams/runtime/io.hpp>
#include <streams/runtime/plan.hpp>

#include "descriptor.hpp"
#include "line_batch.hpp"
#include "line_reader.hpp"
#include "offset_store.hpp"
#include "waiter.hpp"

namespace streams::local {

/// Reads a file, or standard input, as one partition. A record's offset is the number of its line, from 0;
/// blank lines count and are no records.
///
/// A line that cannot be read is a fault of the source. It is reported once everything before it is
/// committed, so that a restart begins at that line.
class LineSource final : public runtime::Source {
 public:
  struct Input {
    std::optional<std::filesystem::path> file;  ///< nothing: `descriptor`
    int descriptor = -1;                        ///< not owned
    std::string name;                           ///< in errors: the path, or "standard input"
    std::optional<OffsetStore> offsets;         ///< nothing: every run begins at the beginning
  };

  /// `planned` and `waiter` outlive the source.
  /// `source`: its index in the segment, which is also the id of its partition.
  LineSource(Input input, const runtime::PlannedSource& planned, std::size_t source,
             runtime::LocalFormat format, FileWaiter& waiter);

  absl::Status start(runtime::SourceEvents& events) override;
  void poll() override;
  runtime::BatchRef take(std::size_t max_records) override;
  void commit(std::span<const runtime::PartitionOffset> offsets) override;
  void release(std::span<const runtime::PartitionId> partitions) override;
  void rewind(runtime::PartitionId partition, std::int64_t offset) override;
  void park(runtime::PartitionId partition, bool parked) override;
  bool finished() const override;
  void leave(bool give_up_partitions) override;
  bool left() const override { return state_ == State::left; }

 private:
  enum class State { starting, reading, leaving, revoked, left };

  absl::StatusOr<std::int64_t> start_offset() const;
  absl::Status open_at(std::int64_t offset);
  /// Adds the next line to the batch. False when there is none now.
  bool add_line(LineBatch& batch);
  /// Nothing is read beyond the line at `line_`.
  void stop_at_line(std::string_view why);

  const Input input_;
  const runtime::PlannedSource& planned_;
  const std::size_t source_;
  const runtime::LocalFormat format_;
  FileWaiter& waiter_;
  runtime::SourceEvents* events_ = nullptr;
  Descriptor file_;
  std::unique_ptr<LineReader> reader_;
  State state_ = State::starting;
  std::int64_t line_ = 0;       // the next one to read
  std::int64_t committed_ = 0;  // the offset that a restart would begin at
  std::int64_t taken_ = 0;      // behind the last record that was handed out
  std::optional<absl::Status> commit_result_;
  absl::Status fault_;
  bool fault_reported_ = false;
  bool parked_ = false;
};

/// The source of the workers that have nothing to read, because a file is one partition.
class IdleSource final : public runtime::Source {
 public:
  absl::Status start(runtime::SourceEvents&) override { return absl::OkStatus(); }
  void poll() override {}
  runtime::BatchRef take(std::size_t) override { return {}; }
  void commit(std::span<const runtime::PartitionOffset>) override {}
  void release(std::span<const runtime::PartitionId>) override {}
  void rewind(runtime::PartitionId, std::int64_t) override {}
  bool finished() const override { return true; }
  void leave(bool) override { left_ = true; }
  bool left() const override { return left_; }

 private:
  bool left_ = false;
};

}  // namespace streams::local
