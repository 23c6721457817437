#include "line_batch.hpp"

#include <utility>

namespace streams::local {

void LineBatch::add(std::string_view line, std::int64_t offset) {
  text_ += line;
  ends_.push_back(text_.size());
  offsets_.push_back(offset);
  bytes_ += line.size();
}

void LineBatch::add(FramedRecord record, std::int64_t offset) {
  bytes_ += (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const auto& [name, value] : record.headers) bytes_ += name.size() + (value ? value->size() : 0);
  framed_.push_back(std::move(record));
  offsets_.push_back(offset);
}

Bytes LineBatch::slice(const std::optional<std::string>& text) {
  return text ? Bytes::borrow(*this, *text) : Bytes();
}

void LineBatch::seal(std::string_view topic, runtime::PartitionId partition) {
  topic_ = topic;
  partition_ = partition;
  records_.reserve(offsets_.size());
  for (std::size_t i = 0; i < offsets_.size(); ++i) records_.push_back(original(i));
}

runtime::SourceRecord LineBatch::original(std::size_t index) {
  runtime::SourceRecord record;
  record.partition = partition_;
  record.envelope.origin = {topic_, 0, offsets_[index]};
  if (framed_.empty()) {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    record.payload = Bytes::borrow(*this, std::string_view(text_).substr(begin, ends_[index] - begin));
    return record;
  }
  const FramedRecord& framed = framed_[index];
  record.payload = slice(framed.value);
  record.envelope.key = slice(framed.key);
  record.envelope.origin.partition = framed.partition;
  if (framed.timestamp) record.envelope.timestamp = Timestamp(std::chrono::milliseconds(*framed.timestamp));
  for (const auto& [name, value] : framed.headers) record.envelope.headers.add(name, slice(value));
  return record;
}

}  // namespace streams::local
