#include "plan/json_writer.hpp"

#include <fmt/format.h>

namespace streams::runtime::planning {

std::string json_quoted(std::string_view text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') {
      result += '\\';
      result += letter;
    } else if (letter == '\n') {
      result += "\\n";
    } else if (letter == '\t') {
      result += "\\t";
    } else if (static_cast<unsigned char>(letter) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(letter));
    } else {
      result += letter;
    }
  }
  return result + '"';
}

void JsonWriter::key(std::string_view name) {
  next_entry();
  out_ += json_quoted(name);
  out_ += ": ";
  after_key_ = true;
}

void JsonWriter::text(std::string_view value) {
  next_entry();
  out_ += json_quoted(value);
}

void JsonWriter::bare(std::string_view value) {
  next_entry();
  out_ += value;
}

void JsonWriter::begin(char bracket) {
  next_entry();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::end(char bracket) {
  --depth_;
  if (!first_) new_line();
  out_ += bracket;
  first_ = false;
}

void JsonWriter::next_entry() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!first_) out_ += ',';
  first_ = false;
  new_line();
}

}  // namespace streams::runtime::planning
