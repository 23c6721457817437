#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <absl/status/statusor.h>

namespace streams::objects {

/// The name of an object inside its store: parts joined by `/`, as in `clicks/2026-01-01/0-17.parquet`. It means the
/// same in every store, so it is what a file's path can be too: not empty, at most 1024 bytes of UTF-8, no part that
/// is empty, `.`, `..` or longer than 250 bytes, and no control characters.
class ObjectName {
 public:
  /// What is wrong with the text, where it is no name.
  static absl::StatusOr<ObjectName> parse(std::string_view text);

  const std::string& str() const noexcept { return text_; }
  friend bool operator==(const ObjectName&, const ObjectName&) = default;

 private:
  explicit ObjectName(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace streams::objects
