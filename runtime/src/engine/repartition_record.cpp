#include <streams/runtime/repartition_record.hpp>

#include <cstddef>
#include <type_traits>

namespace streams::runtime {
namespace {

constexpr char kVersion = 1;
constexpr char kData = 0;
constexpr char kNullPayload = 1;
constexpr std::size_t kFixedHead = 4;
constexpr std::size_t kFixedTail = 12;
constexpr std::size_t kLongestTopic = 255;

template <class Number>
void write_number(Number number, Output& into) {
  auto bits = static_cast<std::make_unsigned_t<Number>>(number);
  for (std::size_t shift = sizeof(Number); shift-- > 0;) into.write(static_cast<char>(bits >> (8 * shift)));
}

template <class Number>
Number read_number(std::string_view bytes) {
  std::make_unsigned_t<Number> bits = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) bits = (bits << 8) | static_cast<unsigned char>(bytes[i]);
  return static_cast<Number>(bits);
}

}  // namespace

void write_repartition_record(const Origin& origin, const Bytes& payload, Output& into) {
  const std::string_view topic = origin.topic.substr(0, kLongestTopic);
  into.reserve(kFixedHead + topic.size() + kFixedTail + payload.size());
  into.write(kVersion);
  into.write(kData);
  into.write(payload.is_null() ? kNullPayload : char{0});
  into.write(static_cast<char>(topic.size()));
  into.write(topic);
  write_number(origin.partition, into);
  write_number(origin.offset, into);
  into.write(payload.view());
}

std::optional<RepartitionRecord> read_repartition_record(const Bytes& value) {
  std::string_view rest = value.view();
  if (rest.size() < kFixedHead || rest[0] != kVersion) return std::nullopt;
  RepartitionRecord record;
  if (rest[1] != kData) return record;
  const bool null_payload = (rest[2] & kNullPayload) != 0;
  const std::size_t length = static_cast<unsigned char>(rest[3]);
  if (rest.size() < kFixedHead + length + kFixedTail) return std::nullopt;
  record.data = true;
  record.origin.topic = rest.substr(kFixedHead, length);
  rest.remove_prefix(kFixedHead + length);
  record.origin.partition = read_number<std::int32_t>(rest);
  record.origin.offset = read_number<std::int64_t>(rest.substr(4));
  rest.remove_prefix(kFixedTail);
  if (!null_payload) record.payload = value.slice(value.size() - rest.size());
  return record;
}

}  // namespace streams::runtime
