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
  records_.resize(offsets_.size());
  std::size_t begin = 0;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    runtime::SourceRecord& record = records_[i];
    record.partition = partition;
    record.envelope.origin = {topic, 0, offsets_[i]};
    if (framed_.empty()) {
      record.payload = Bytes::borrow(*this, std::string_view(text_).substr(begin, ends_[i] - begin));
      begin = ends_[i];
      continue;
    }
    const FramedRecord& framed = framed_[i];
    record.payload = slice(framed.value);
    record.envelope.key = slice(framed.key);
    record.envelope.origin.partition = framed.partition;
    if (framed.timestamp) record.envelope.timestamp = Timestamp(std::chrono::milliseconds(*framed.timestamp));
    for (const auto& [name, value] : framed.headers) record.envelope.headers.add(name, slice(value));
  }
}

}  // namespace streams::local
