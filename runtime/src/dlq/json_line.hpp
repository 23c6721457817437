#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <streams/bytes.hpp>

namespace streams::runtime::dlq {

/// One JSON object on one line, in the order in which its fields are added.
class JsonLine {
 public:
  /// Bytes that are no UTF-8 become `?`.
  JsonLine& text(std::string_view name, std::string_view value);
  JsonLine& number(std::string_view name, std::int64_t value);
  JsonLine& flag(std::string_view name, bool value);
  JsonLine& null(std::string_view name);
  /// As `name` where the bytes are text, else as `name` with `_base64` behind it; null for none.
  JsonLine& bytes(std::string_view name, const Bytes& value);
  /// `document` is JSON already, on one line.
  JsonLine& json(std::string_view name, std::string_view document);
  /// An object inside; `line` is its own writer.
  JsonLine& object(std::string_view name, const JsonLine& line);
  JsonLine& objects(std::string_view name, const std::vector<JsonLine>& lines);

  /// Without a line break.
  std::string str() const { return text_ + "}"; }

 private:
  void key(std::string_view name);

  std::string text_ = "{";
};

}  // namespace streams::runtime::dlq
