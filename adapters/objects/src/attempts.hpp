#pragma once

#include <chrono>

#include <absl/functional/function_ref.h>
#include <absl/status/status.h>

#include <streams/objects/retry.hpp>

namespace streams::objects {

/// How one attempt ended.
struct Attempt {
  absl::Status status;
  bool transient = false;                  ///< another attempt may go better
  std::chrono::milliseconds no_sooner{0};  ///< what the server asked for
};

/// Makes attempts until one succeeds, one is refused, the policy has no more or the process stops. The status that
/// comes out is described at `ObjectStore::put`.
absl::Status try_until_done(const RetryPolicy& policy, RetryPause& pause,
                            absl::FunctionRef<Attempt()> attempt);

}  // namespace streams::objects
