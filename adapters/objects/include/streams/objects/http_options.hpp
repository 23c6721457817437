#pragma once

#include <chrono>
#include <string>

#include <streams/objects/retry.hpp>

namespace streams::objects {

/// What all stores behind HTTP have in common.
struct HttpOptions {
  std::chrono::milliseconds connect_timeout{10'000};
  /// An attempt that moves less than a byte a second for that long is broken off and made again.
  std::chrono::seconds stall_timeout{30};
  std::string ca_file{};  ///< PEM; without it the system's
  RetryPolicy retry{};
};

}  // namespace streams::objects
