#include "record_size.hpp"

namespace streams::kafka {

namespace {

constexpr std::size_t kBatchHeader = 61;

/// A length and that many bytes; null is the length -1.
std::size_t field_size(std::optional<std::size_t> bytes) noexcept {
  return bytes ? varint_size(static_cast<std::int64_t>(*bytes)) + *bytes : varint_size(-1);
}

}  // namespace

std::size_t varint_size(std::int64_t number) noexcept {
  auto rest = (static_cast<std::uint64_t>(number) << 1U) ^ static_cast<std::uint64_t>(number >> 63U);
  std::size_t size = 1;
  while ((rest >>= 7U) != 0) ++size;
  return size;
}

RecordSize::RecordSize(std::optional<std::size_t> key, std::optional<std::size_t> value) noexcept
    : fields_(field_size(key) + field_size(value)) {}

void RecordSize::add_header(std::size_t name, std::optional<std::size_t> value) noexcept {
  ++headers_;
  header_bytes_ += field_size(name) + field_size(value);
}

std::size_t RecordSize::bytes() const noexcept {
  constexpr std::size_t kAttributesAndDeltas = 3;  // the deltas of a first record are 0
  const std::size_t body =
      kAttributesAndDeltas + fields_ + varint_size(static_cast<std::int64_t>(headers_)) + header_bytes_;
  return kBatchHeader + varint_size(static_cast<std::int64_t>(body)) + body;
}

}  // namespace streams::kafka
