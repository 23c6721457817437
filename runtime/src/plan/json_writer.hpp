#pragma once

#include <string>
#include <string_view>

namespace streams::runtime::planning {

/// `text` as a JSON string, with its quotes.
std::string json_quoted(std::string_view text);

/// Writes one JSON document for people: an entry a line, two blanks a level.
class JsonWriter {
 public:
  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  /// Inside an object, before each value.
  void key(std::string_view name);
  void text(std::string_view value);
  /// A number, `true`, `false` or `null`, as it is written.
  void bare(std::string_view value);

  std::string take() { return std::move(out_) + "\n"; }

 private:
  void begin(char bracket);
  void end(char bracket);
  void next_entry();
  void new_line() { out_.append("\n").append(2 * depth_, ' '); }

  std::string out_;
  std::size_t depth_ = 0;
  bool first_ = true;
  bool after_key_ = false;
};

}  // namespace streams::runtime::planning
