#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <absl/status/statusor.h>

#include "observe/http_address.hpp"

namespace streams::runtime {

struct FetchLimits {
  std::chrono::milliseconds timeout{5000};  ///< for all of it
  std::size_t body_bytes = std::size_t{16} << 20;
};

/// The body of one GET, on a connection of its own; blocks. Fails with what is wrong and where when nobody
/// answers, or with another status than 200.
absl::StatusOr<std::string> http_fetch(const HttpAddress& address, const std::string& target,
                                       FetchLimits limits = {});

}  // namespace streams::runtime
