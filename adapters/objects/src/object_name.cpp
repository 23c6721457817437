#include <streams/objects/object_name.hpp>

#include <algorithm>
#include <cstdint>

#include <absl/status/status.h>
#include <fmt/format.h>

namespace streams::objects {
namespace {

constexpr std::size_t kLongestName = 1024;
// A file's name has 255 bytes, of which the temporary one takes five.
constexpr std::size_t kLongestPart = 250;

bool is_utf8(std::string_view text) {
  std::size_t i = 0;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  while (i < text.size()) {
    const unsigned char first = byte(i);
    const std::size_t length = first < 0x80       ? 1
                               : first >> 5 == 6  ? 2
                               : first >> 4 == 14 ? 3
                               : first >> 3 == 30 ? 4
                                                  : 0;
    if (length == 0 || i + length > text.size()) return false;
    std::uint32_t code = length == 1 ? first : first & (0x7Fu >> length);
    for (std::size_t k = 1; k < length; ++k) {
      if (byte(i + k) >> 6 != 2) return false;
      code = code << 6 | (byte(i + k) & 0x3Fu);
    }
    constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    i += length;
  }
  return true;
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<ObjectName> ObjectName::parse(std::string_view text) {
  const auto refuse = [](std::string_view fault) {
    return absl::InvalidArgumentError(
        fmt::format("an object's name {}; mend the function that makes the names", fault));
  };
  if (text.empty()) return refuse("is empty");
  if (text.size() > kLongestName)
    return refuse(fmt::format("has {} bytes, at most 1024 are allowed", text.size()));
  if (has_control(text)) return refuse("has a control character in it");
  if (!is_utf8(text)) return refuse("is not UTF-8");
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty()) return refuse("begins or ends with '/', or has two of them in a row");
    if (part == "." || part == "..") return refuse(fmt::format("has a part '{}'", part));
    if (part.size() > kLongestPart) {
      return refuse(
          fmt::format("has a part of {} bytes, at most 250 are allowed between two '/'", part.size()));
    }
  }
  return ObjectName(std::string(text));
}

}  // namespace streams::objects
