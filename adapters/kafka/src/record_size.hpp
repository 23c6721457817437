#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace streams::kafka {

/// The size of a record alone in a batch, uncompressed, as a broker compares it with the topic's
/// `max.message.bytes`.
class RecordSize {
 public:
  RecordSize(std::optional<std::size_t> key, std::optional<std::size_t> value) noexcept;
  void add_header(std::size_t name, std::optional<std::size_t> value) noexcept;
  std::size_t bytes() const noexcept;

 private:
  std::size_t fields_;
  std::size_t headers_ = 0;
  std::size_t header_bytes_ = 0;
};

/// Of a number in Kafka's zigzag encoding.
std::size_t varint_size(std::int64_t number) noexcept;

}  // namespace streams::kafka
