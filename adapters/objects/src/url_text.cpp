#include "url_text.hpp"

#include <absl/strings/ascii.h>
#include <fmt/format.h>

namespace streams::objects {

std::string percent_encoded(std::string_view text, bool keep_slash) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~' ||
        (c == '/' && keep_slash)) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 0xF];
    }
  }
  return encoded;
}

std::string endpoint_fault(std::string_view endpoint) {
  if (!endpoint.starts_with("https://") && !endpoint.starts_with("http://")) {
    return "must begin with https:// or http://";
  }
  const std::string_view rest = endpoint.substr(endpoint.find("://") + 3);
  if (rest.empty()) return "names no host";
  for (const char c : rest) {
    if (c == '@') return "must not carry a user or a password";
    if (c == '/' || c == '?' || c == '#') return "must end behind the host and the port";
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) return "has a character that no address has";
  }
  return {};
}

std::string under_prefix(std::string_view prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : fmt::format("{}/{}", prefix, name);
}

}  // namespace streams::objects
