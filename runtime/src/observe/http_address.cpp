#include "observe/http_address.hpp"

#include <charconv>

#include <fmt/format.h>

namespace streams::runtime {

absl::StatusOr<HttpAddress> parse_http_address(std::string_view text) {
  const auto refused = [text] {
    return absl::InvalidArgumentError(fmt::format(
        "{}: write [HOST]:PORT, such as :8080 for this machine alone or 0.0.0.0:8080 for everybody", text));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refused();
  HttpAddress address;
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) return refused();
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (host.empty()) return refused();
  } else if (host.find(':') != std::string_view::npos) {
    return refused();
  }
  if (!host.empty()) address.host = host;
  return address;
}

}  // namespace streams::runtime
