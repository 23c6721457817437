#include "dlq/dead_letter_text.hpp"

#include <utility>

#include <fmt/format.h>

#include <streams/runtime/dead_letter.hpp>

#include "dlq/json_line.hpp"
#include "dlq/terminal_text.hpp"
#include "dlq/time_text.hpp"

namespace streams::runtime::dlq {
namespace {

constexpr std::size_t kBlock = 500;
constexpr std::size_t kLongestMessage = 100;

std::string place_in_queue(const Message<Bytes>& record) {
  return fmt::format("{}/{}", record.origin.partition, record.origin.offset);
}

std::string place_text(std::string_view topic, std::int32_t partition, std::int64_t offset) {
  return fmt::format("{} {}/{}", terminal_text(topic), partition, offset);
}

std::string origin_text(const DeadLetterFacts& facts) {
  return place_text(facts.topic, facts.partition, facts.offset);
}

std::string size_of(const Bytes& bytes) {
  return bytes.is_null() ? "-" : std::to_string(bytes.size());
}

/// Null is not empty: it has no quotes.
std::string bytes_text(const Bytes& bytes) {
  return bytes.is_null() ? "null" : fmt::format("\"{}\"", terminal_text(bytes.view()));
}

bool is_original(const Header& header) {
  return !std::string_view(header.name).starts_with(dead_letter::kPrefix);
}

std::string paragraph(const ShownLetter& letter) {
  const DeadLetterFacts& facts = letter.facts;
  std::string text = fmt::format("dead letter {}\n", place_in_queue(letter.record));
  const auto line = [&text](std::string_view name, std::string_view value) {
    text += fmt::format("  {:<12}{}\n", name, value);
  };
  line("step", terminal_text(facts.step));
  line("error", terminal_text(facts.error));
  line("message", terminal_text(facts.message));
  line("refused at", iso_text(facts.time));
  line("origin", origin_text(facts));
  if (!facts.input.empty()) line("input", place_text(facts.input, facts.input_partition, facts.input_offset));
  line("record time", iso_text(facts.timestamp));
  line("attempt", std::to_string(facts.attempt));
  line("redriven", letter.redriven ? "yes" : "no");
  for (const Header& header : letter.record.headers) {
    if (is_original(header))
      line("header", fmt::format("{}: {}", terminal_text(header.name), bytes_text(header.value)));
  }
  line("key", bytes_text(letter.record.key));
  line("value", bytes_text(letter.record.payload));
  return text;
}

void size_field(JsonLine& line, std::string_view name, const Bytes& bytes) {
  if (bytes.is_null())
    line.null(name);
  else
    line.number(name, static_cast<std::int64_t>(bytes.size()));
}

std::string json_line_of(const ShownLetter& letter, bool payload) {
  const DeadLetterFacts& facts = letter.facts;
  JsonLine line;
  line.number("partition", letter.record.origin.partition)
      .number("offset", letter.record.origin.offset)
      .text("pipeline", facts.pipeline)
      .text("segment", facts.segment)
      .text("step", facts.step)
      .text("error", facts.error)
      .text("message", facts.message)
      .text("time", iso_text(facts.time))
      .number("attempt", facts.attempt)
      .flag("redriven", letter.redriven);
  JsonLine origin;
  origin.text("topic", facts.topic).number("partition", facts.partition).number("offset", facts.offset);
  if (facts.timestamp == kNoTimestamp)
    origin.null("timestamp");
  else
    origin.text("timestamp", iso_text(facts.timestamp));
  line.object("origin", origin);
  if (!facts.input.empty()) {
    JsonLine input;
    input.text("topic", facts.input)
        .number("partition", facts.input_partition)
        .number("offset", facts.input_offset);
    line.object("input", input);
  }
  size_field(line, "key_size", letter.record.key);
  size_field(line, "value_size", letter.record.payload);
  if (payload) {
    std::vector<JsonLine> headers;  // a name may occur several times
    for (const Header& header : letter.record.headers) {
      if (is_original(header))
        headers.push_back(JsonLine().text("name", header.name).bytes("value", header.value));
    }
    line.objects("headers", headers).bytes("key", letter.record.key).bytes("value", letter.record.payload);
  }
  return line.str() + "\n";
}

}  // namespace

TextTable DeadLetterPrinter::make_block() {
  using enum TextTable::Align;
  return TextTable({{"PLACE"},
                    {"STEP"},
                    {"ERROR"},
                    {"REFUSED AT"},
                    {"ATTEMPT", right},
                    {"REDRIVEN"},
                    {"ORIGIN"},
                    {"KEY", right},
                    {"VALUE", right},
                    {"MESSAGE"}});
}

std::string DeadLetterPrinter::add(const ShownLetter& letter) {
  if (form_ == Form::json) return json_line_of(letter, payload_);
  if (payload_) return paragraph(letter);
  const DeadLetterFacts& facts = letter.facts;
  block_.add({place_in_queue(letter.record), terminal_text(facts.step), terminal_text(facts.error),
              iso_text(facts.time), std::to_string(facts.attempt), letter.redriven ? "yes" : "no",
              origin_text(facts), size_of(letter.record.key), size_of(letter.record.payload),
              shortened(facts.message, kLongestMessage)});
  return ++in_block_ < kBlock ? std::string() : take_block();
}

std::string DeadLetterPrinter::finish() {
  return block_.empty() ? std::string() : take_block();
}

std::string DeadLetterPrinter::take_block() {
  in_block_ = 0;
  return std::exchange(block_, make_block()).text();
}

}  // namespace streams::runtime::dlq
