#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "observe/http_address.hpp"

namespace streams::runtime {

struct FetchLimits {
  std::chrono::milliseconds timeout{5000};  ///< for all of it
  std::size_t body_bytes = std::size_t{16} << 20;
};

/// The body of one GET, on a connection of its own; blocks. Fails with what is wrong and where when nobody
/// answers (`kUnavailable`), or with another status than 200 and what the answer says of it (`kFailedPrecondition`).
absl::StatusOr<std::string> http_fetch(const HttpAddress& address, const std::string& target,
                                       FetchLimits limits = {});

/// Reads an answer that goes on: `part` gets it as it comes. Blocks until it ends, or until SIGINT or SIGTERM: that is no
/// failure. When nothing comes for `silence` it fails. Fails as `http_fetch` does else.
absl::Status http_follow(const HttpAddress& address, const std::string& target,
                         std::function<void(std::string_view)> part,
                         std::chrono::milliseconds silence = std::chrono::seconds(5));

}  // namespace streams::runtime
