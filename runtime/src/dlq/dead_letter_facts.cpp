#include "dlq/dead_letter_facts.hpp"

#include <charconv>

#include <fmt/format.h>

#include <streams/runtime/dead_letter.hpp>

namespace streams::runtime::dlq {
namespace {

std::string header_text(const Headers& headers, std::string_view name) {
  const Bytes* value = headers.last(name);
  return value == nullptr ? std::string() : value->str();
}

template <class Number>
std::optional<Number> header_number(const Headers& headers, std::string_view name) {
  const Bytes* value = headers.last(name);
  if (value == nullptr) return std::nullopt;
  const std::string_view text = value->view();
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

}  // namespace

std::optional<DeadLetterFacts> read_facts(const Headers& headers) {
  using namespace dead_letter;
  const auto partition = header_number<std::int32_t>(headers, kPartition);
  const auto offset = header_number<std::int64_t>(headers, kOffset);
  const auto timestamp = header_number<std::int64_t>(headers, kTimestamp);
  const auto attempt = header_number<int>(headers, kAttempt);
  const auto time = header_number<std::int64_t>(headers, kTime);
  DeadLetterFacts facts{.pipeline = header_text(headers, kPipeline),
                        .segment = header_text(headers, kSegment),
                        .step = header_text(headers, kStep),
                        .error = header_text(headers, kError),
                        .message = header_text(headers, kMessage),
                        .topic = header_text(headers, kTopic)};
  if (!partition || !offset || !timestamp || !attempt || !time || facts.topic.empty() || facts.step.empty())
    return std::nullopt;
  facts.partition = *partition;
  facts.offset = *offset;
  facts.timestamp = Timestamp(std::chrono::milliseconds(*timestamp));
  facts.attempt = *attempt;
  facts.time = Timestamp(std::chrono::milliseconds(*time));
  facts.input = header_text(headers, kInput);
  if (facts.input.empty()) return facts;
  const auto input_partition = header_number<std::int32_t>(headers, kInputPartition);
  const auto input_offset = header_number<std::int64_t>(headers, kInputOffset);
  if (!input_partition || !input_offset) return std::nullopt;
  facts.input_partition = *input_partition;
  facts.input_offset = *input_offset;
  return facts;
}

std::string record_identity(const DeadLetterFacts& facts) {
  std::string identity = fmt::format("{}/{}/{}/{}", facts.topic, facts.partition, facts.offset,
                                     facts.timestamp.time_since_epoch().count());
  if (!facts.input.empty())
    identity += fmt::format("/{}/{}/{}", facts.input, facts.input_partition, facts.input_offset);
  return identity;
}

std::string error_group(std::string_view message) {
  std::string group;
  for (const char letter : message.substr(0, message.find('\n'))) {
    if (!is_digit(letter)) {
      group += letter;
    } else if (!group.ends_with('#')) {
      group += '#';
    }
  }
  return group;
}

}  // namespace streams::runtime::dlq
