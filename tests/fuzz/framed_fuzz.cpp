#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <streams/bytes.hpp>
#include <streams/message.hpp>

#include "framed_record.hpp"
#include "fuzz/check.hpp"

// A line of the local adapter's framed form is a record, which can be written and read again, or it is refused; and any
// bytes can be the value of a record.

namespace {

using namespace streams;
using namespace streams::local;
using streams_fuzz::check;

Bytes bytes_of(const std::optional<std::string>& text) {
  return text ? Bytes::copy_of(*text) : Bytes();
}

void write_and_read(const FramedRecord& record) {
  Envelope envelope;
  envelope.key = bytes_of(record.key);
  for (const auto& [name, value] : record.headers) envelope.headers.add(name, bytes_of(value));
  if (record.timestamp) envelope.timestamp = Timestamp(std::chrono::milliseconds(*record.timestamp));
  envelope.origin.partition = record.partition;
  std::string line;
  check(append_framed(envelope, bytes_of(record.value), line).ok(), "what was read cannot be written");
  check(line.ends_with('\n') && line.find('\n') == line.size() - 1, "a record is not one line");
  line.pop_back();
  const auto again = parse_framed(line);
  check(again.ok(), "what was written cannot be read");
  check(again->key == record.key && again->value == record.value && again->headers == record.headers &&
            again->partition == record.partition,
        "what was written reads differently");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto record = parse_framed(text); record.ok()) write_and_read(*record);
  FramedRecord record;
  record.value = std::string(text);
  record.key = std::string(text.substr(0, size / 2));
  write_and_read(record);
  return 0;
}
