#include "dlq/json_line.hpp"

#include <cstddef>

#include <fmt/format.h>

#include "observe/printable.hpp"

namespace streams::runtime::dlq {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') {
      result += '\\';
      result += letter;
    } else if (static_cast<unsigned char>(letter) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(letter));
    } else {
      result += letter;
    }
  }
  return result + '"';
}

std::string base64_of(std::string_view bytes) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const std::uint32_t byte = i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0;
      group = group << 8U | byte;
    }
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k > bytes.size() ? '=' : kLetters[group >> (18U - 6U * k) & 63U];
  }
  return text;
}

}  // namespace

void JsonLine::key(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  text_ += quoted(name);
  text_ += ':';
}

JsonLine& JsonLine::text(std::string_view name, std::string_view value) {
  key(name);
  text_ += quoted(printable(value));
  return *this;
}

JsonLine& JsonLine::number(std::string_view name, std::int64_t value) {
  key(name);
  text_ += std::to_string(value);
  return *this;
}

JsonLine& JsonLine::flag(std::string_view name, bool value) {
  key(name);
  text_ += value ? "true" : "false";
  return *this;
}

JsonLine& JsonLine::null(std::string_view name) {
  key(name);
  text_ += "null";
  return *this;
}

JsonLine& JsonLine::bytes(std::string_view name, const Bytes& value) {
  if (value.is_null()) return null(name);
  if (printable(value.view()) == value.view()) return text(name, value.view());
  return text(fmt::format("{}_base64", name), base64_of(value.view()));
}

JsonLine& JsonLine::object(std::string_view name, const JsonLine& line) {
  key(name);
  text_ += line.str();
  return *this;
}

JsonLine& JsonLine::objects(std::string_view name, const std::vector<JsonLine>& lines) {
  key(name);
  text_ += '[';
  for (const JsonLine& line : lines) text_ += (&line == &lines.front() ? "" : ",") + line.str();
  text_ += ']';
  return *this;
}

}  // namespace streams::runtime::dlq
