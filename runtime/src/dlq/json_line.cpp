#include "dlq/json_line.hpp"

#include <cstddef>

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include "observe/printable.hpp"
#include "plan/json_writer.hpp"

namespace streams::runtime::dlq {
namespace {

using planning::json_quoted;

std::string base64_of(std::string_view bytes) {
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

}  // namespace

void JsonLine::key(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  text_ += json_quoted(name);
  text_ += ':';
}

JsonLine& JsonLine::text(std::string_view name, std::string_view value) {
  key(name);
  text_ += json_quoted(printable(value));
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

JsonLine& JsonLine::json(std::string_view name, std::string_view document) {
  key(name);
  text_ += document;
  return *this;
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
