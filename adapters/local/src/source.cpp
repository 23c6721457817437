#include "source.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace streams::local {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

}  // namespace

LineSource::LineSource(Input input, const runtime::PlannedSource& planned, std::size_t source,
                       runtime::LocalFormat format, FileWaiter& waiter)
    : input_(std::move(input)), planned_(planned), source_(source), format_(format), waiter_(waiter) {}

absl::Status LineSource::start(runtime::SourceEvents& events) {
  events_ = &events;
  const absl::StatusOr<std::int64_t> offset = start_offset();
  if (!offset.ok()) return offset.status();
  if (absl::Status status = open_at(*offset); !status.ok()) return status;
  committed_ = taken_ = *offset;
  return input_.offsets ? input_.offsets->store(*offset) : absl::OkStatus();
}

absl::StatusOr<std::int64_t> LineSource::start_offset() const {
  if (!input_.offsets) return 0;
  const absl::StatusOr<std::optional<std::int64_t>> stored = input_.offsets->load();
  if (!stored.ok()) return stored.status();
  if (*stored) return **stored;
  if (planned_.strict_offset_reset || planned_.auto_offset_reset == runtime::OffsetReset::kError) {
    return absl::OutOfRangeError(
        fmt::format("{}: group {} has no committed offset, and auto_offset_reset or "
                    "strict_offset_reset forbids to choose one; write a line number, from 0, into {}",
                    input_.name, planned_.group, input_.offsets->file().string()));
  }
  return 0;
}

absl::Status LineSource::open_at(std::int64_t offset) {
  if (input_.file) {
    Descriptor file(open(input_.file->c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return absl::ErrnoToStatus(errno, fmt::format("cannot open {}", input_.name));
    file_ = std::move(file);
  }
  reader_ = std::make_unique<LineReader>(input_.file ? file_.get() : input_.descriptor);
  for (line_ = 0; line_ < offset;) {
    if (reader_->next()) {
      ++line_;
    } else if (reader_->at_end()) {
      return absl::OutOfRangeError(
          fmt::format("{} has {} lines, but {} were processed before: it was replaced or cut; remove {} to "
                      "read it from its beginning",
                      input_.name, line_, offset,
                      input_.offsets ? input_.offsets->file().string() : std::string("its offset")));
    } else if (const absl::StatusOr<bool> filled = reader_->fill(); !filled.ok()) {
      return absl::Status(filled.status().code(),
                          fmt::format("{} {}", input_.name, std::string(filled.status().message())));
    }
  }
  return absl::OkStatus();
}

void LineSource::poll() {
  if (state_ == State::starting) {
    const std::array<runtime::Assignment, 1> all{
        {{.id = static_cast<runtime::PartitionId>(source_),
          .topic = planned_.topic,
          .partition = 0,
          .position = line_,
          .source = source_}}};
    state_ = State::reading;
    events_->assigned(all);
  }
  if (commit_result_) {
    const absl::Status result = *std::exchange(commit_result_, std::nullopt);
    events_->committed(result);
  }
  if (state_ == State::leaving) {
    const std::array<runtime::PartitionId, 1> all{static_cast<runtime::PartitionId>(source_)};
    state_ = State::revoked;
    events_->revoked(all);
  }
  if (!fault_.ok() && !fault_reported_ && committed_ >= taken_ && state_ == State::reading) {
    fault_reported_ = true;
    events_->source_failed(fault_);
  }
}

bool LineSource::add_line(LineBatch& batch) {
  std::optional<std::string_view> line = reader_->next();
  while (!line) {
    if (reader_->line_too_long()) {
      stop_at_line(fmt::format("is longer than {} MiB, the most that a line may have", kLongestLine >> 20));
      return false;
    }
    const absl::StatusOr<bool> filled = reader_->fill();
    if (!filled.ok()) {
      stop_at_line(std::string(filled.status().message()));
      return false;
    }
    line = reader_->next();
    if (!*filled && !line) return false;
  }
  if (!is_blank(*line)) {
    if (format_ == runtime::LocalFormat::kLines) {
      batch.add(*line, line_);
    } else if (absl::StatusOr<FramedRecord> record = parse_framed(*line); record.ok()) {
      batch.add(*std::move(record), line_);
    } else {
      stop_at_line(fmt::format("is no framed record: {}; mend it, or set `format: lines` if lines are values",
                               std::string(record.status().message())));
      return false;
    }
  }
  ++line_;
  return true;
}

void LineSource::stop_at_line(std::string_view why) {
  fault_ = absl::DataLossError(fmt::format("{}:{}: the line {}", input_.name, line_ + 1, why));
  waiter_.wake();  // perhaps nothing else will happen
}

runtime::BatchRef LineSource::take(std::size_t max_records) {
  if (state_ != State::reading || parked_ || !fault_.ok()) return {};
  auto* batch = new LineBatch;
  runtime::BatchRef result(*batch);
  while (batch->size() < max_records && batch->bytes() < kBatchBytes && add_line(*batch)) {
  }
  if (batch->size() == 0) {
    if (fault_.ok() && !reader_->at_end())
      waiter_.expect_input(input_.file ? file_.get() : input_.descriptor);
    return {};
  }
  batch->seal(planned_.topic, static_cast<runtime::PartitionId>(source_));
  taken_ = batch->records().back().envelope.origin.offset + 1;
  return result;
}

void LineSource::commit(std::span<const runtime::PartitionOffset> offsets) {
  absl::Status status;
  for (const runtime::PartitionOffset& one : offsets) {
    if (input_.offsets) status = input_.offsets->store(one.offset);
    if (status.ok()) committed_ = one.offset;
  }
  commit_result_ = std::move(status);
  waiter_.wake();
}

void LineSource::release(std::span<const runtime::PartitionId>) {
  state_ = State::left;
}

void LineSource::park(runtime::PartitionId, bool parked) {
  parked_ = parked;
}

void LineSource::rewind(runtime::PartitionId, std::int64_t offset) {
  if (!input_.file) {
    fault_ = absl::UnimplementedError(input_.name + " cannot be read twice; put the records into a file");
    return;
  }
  fault_ = open_at(offset);
  taken_ = offset;
}

bool LineSource::finished() const {
  return fault_.ok() && reader_ != nullptr && reader_->at_end();
}

void LineSource::leave(bool) {
  state_ = state_ == State::starting ? State::left : State::leaving;
  waiter_.wake();
}

}  // namespace streams::local
