#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <streams/export.hpp>
#include <streams/output.hpp>

namespace streams::json {

/// Every byte of `text` stands for itself in a JSON string: ASCII without control characters, quotes and
/// backslashes.
inline bool is_plain(std::string_view text) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  constexpr std::uint64_t kHigh = 0x8080808080808080u;
  // The high bit of a byte is set when that byte needs a closer look (or stands behind one that does).
  const auto odd = [](std::uint64_t word) {
    const std::uint64_t quote = word ^ (kOnes * '"');
    const std::uint64_t backslash = word ^ (kOnes * '\\');
    return (word | (word - kOnes * 0x20) | (quote - kOnes) | (backslash - kOnes)) & kHigh;
  };
  const auto load = [](const char* from, auto word) {
    std::memcpy(&word, from, sizeof(word));
    return word;
  };
  const char* p = text.data();
  std::size_t left = text.size();
  if (left >= 8) {
    std::uint64_t any = 0;
    for (; left > 8; p += 8, left -= 8) any |= odd(load(p, std::uint64_t{}));
    return (any | odd(load(p + left - 8, std::uint64_t{}))) == 0;
  }
  if (left >= 4) {
    const std::uint64_t low = load(p, std::uint32_t{});
    return odd(low | (std::uint64_t{load(p + left - 4, std::uint32_t{})} << 32)) == 0;
  }
  for (; left > 0; ++p, --left) {
    const auto c = static_cast<unsigned char>(*p);
    if (c < 0x20 || c > 0x7f || c == '"' || c == '\\') return false;
  }
  return true;
}

/// Writes JSON text straight into an `Output`: compact, in the order of the calls. The caller writes the
/// punctuation; strings, numbers and faults are done here.
///
/// Lifecycle: one per value, on the stack. After a CodecError the output holds a part of the value; discard
/// it.
class STREAMS_EXPORT Writer {
 public:
  explicit Writer(Output& out) noexcept : out_(out), start_(out.written().size()) {}

  void raw(char c) { out_.write(c); }
  void raw(std::string_view text) { out_.write(text); }

  void null() { raw("null"); }
  void boolean(bool value) { raw(value ? std::string_view("true") : std::string_view("false")); }

  /// Throws CodecError when `text` is no UTF-8.
  void string(std::string_view text) {
    if (!is_plain(text)) [[unlikely]]
      return escaped(text);
    char* to = out_.reserve(text.size() + 2);
    to[0] = '"';
    if (!text.empty()) std::memcpy(to + 1, text.data(), text.size());
    to[text.size() + 1] = '"';
    out_.advance(text.size() + 2);
  }

  template <std::integral I>
  void integer(I value) {
    constexpr std::size_t kRoom = 20;
    char* to = out_.reserve(kRoom);
    out_.advance(static_cast<std::size_t>(std::to_chars(to, to + kRoom, value).ptr - to));
  }

  /// The shortest text that reads back as the same value; throws CodecError for infinities and NaN.
  /// `with_point` gives a whole number a fraction (`3.0`), where a reader tells integers from others.
  void number(double value, bool with_point = false);
  void number(float value, bool with_point = false);

  /// Throws a CodecError that names the value which would have come next.
  [[noreturn, gnu::cold]] void fail(std::string_view text) const;

 private:
  template <class F>
  void floating(F value, bool with_point);
  [[gnu::cold]] void escaped(std::string_view text);

  Output& out_;
  std::size_t start_;
};

}  // namespace streams::json
