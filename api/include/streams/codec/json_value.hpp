#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <streams/export.hpp>

namespace streams {

/// Any JSON value, its text kept exactly as it came: digits, blanks, escapes and key order survive a round
/// trip. For the parts of a payload that a pipeline carries but does not look into.
///
/// Always holds one valid JSON value (a fresh one holds `null`) of at most 64 nested levels. Two are equal
/// when their texts are equal. `as<T>()` and `of()` need <streams/codec/json.hpp>.
class STREAMS_EXPORT Json {
 public:
  enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };

  Json() : text_("null") {}

  /// The value in `text`, without blanks around it. Throws CodecError when it is not exactly one JSON value.
  static Json parse(std::string_view text);
  /// The JSON of `value`, for any type with a JSON codec. Throws CodecError when it cannot be written.
  template <class T>
  static Json of(const T& value);

  /// What this value says as a `T`. Throws CodecError when it does not fit.
  template <class T>
  T as() const;

  const std::string& text() const noexcept { return text_; }
  Kind kind() const noexcept;

  friend bool operator==(const Json&, const Json&) = default;

 private:
  friend struct JsonText;
  explicit Json(std::string checked) : text_(std::move(checked)) {}

  std::string text_;
};

/// For codecs: makes a `Json` of a text that is known to be one JSON value.
struct JsonText {
  static Json checked(std::string_view text) { return Json(std::string(text)); }
};

}  // namespace streams
