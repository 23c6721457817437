#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <streams/runtime/record_batch.hpp>

#include "framed_record.hpp"

namespace streams::local {

/// Lines, and the records that are views of them. Filled, sealed, then handed out; it ends with its last
/// reference.
class LineBatch final : public runtime::RecordBatch {
 public:
  /// A record whose value is the line.
  void add(std::string_view line, std::int64_t offset);
  void add(FramedRecord record, std::int64_t offset);
  std::size_t size() const noexcept { return offsets_.size(); }

  /// Makes the records. Nothing can be added any more.
  void seal(std::string_view topic, runtime::PartitionId partition);

  std::span<runtime::SourceRecord> records() noexcept override { return records_; }
  runtime::SourceRecord original(std::size_t index) override;
  std::size_t bytes() const noexcept override { return bytes_; }

 private:
  void release() noexcept override { delete this; }
  Bytes slice(const std::optional<std::string>& text);

  std::string text_;               // all lines, one behind the other
  std::vector<std::size_t> ends_;  // of each line in `text_`
  std::vector<FramedRecord> framed_;
  std::vector<std::int64_t> offsets_;
  std::vector<runtime::SourceRecord> records_;
  std::string_view topic_;
  runtime::PartitionId partition_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace streams::local
