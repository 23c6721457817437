#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

namespace streams::runtime {

/// Where the HTTP server listens. Without a host it is this machine alone.
struct HttpAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any that is free
};

/// Reads `[HOST]:PORT`: `:8080`, `0.0.0.0:8080`, `[::1]:8080`.
absl::StatusOr<HttpAddress> parse_http_address(std::string_view text);

}  // namespace streams::runtime
