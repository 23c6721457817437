#include "attempts.hpp"

#include <algorithm>
#include <random>

#include <fmt/format.h>

namespace streams::objects {
namespace {

using std::chrono::milliseconds;

// Beyond that even a minute has grown from a millisecond, and the shift stays defined.
constexpr std::uint32_t kLastDoubling = 16;

milliseconds wait_before(const RetryPolicy& policy, std::uint32_t failed) {
  const auto doubled = policy.first_wait.count() << std::min(failed - 1, kLastDoubling);
  const auto whole = std::min(doubled, policy.longest_wait.count());
  std::random_device random;
  return milliseconds(std::uniform_int_distribution<milliseconds::rep>((whole + 1) / 2, whole)(random));
}

}  // namespace

absl::Status try_until_done(const RetryPolicy& policy, RetryPause& pause,
                            absl::FunctionRef<Attempt()> attempt) {
  for (std::uint32_t made = 1;; ++made) {
    if (pause.stopped()) return absl::CancelledError("the process is stopping");
    const Attempt result = attempt();
    if (result.status.ok() && made > 1) pause.recovered();
    if (result.status.ok() || !result.transient) return result.status;
    if (policy.max_attempts && made >= *policy.max_attempts) {
      return absl::UnavailableError(
          fmt::format("{} ({} attempts)", std::string(result.status.message()), made));
    }
    pause.failed(std::string(result.status.message()));
    if (!pause.wait(std::max(wait_before(policy, made), result.no_sooner))) {
      return absl::CancelledError(
          fmt::format("the process is stopping; the last attempt: {}", std::string(result.status.message())));
    }
  }
}

}  // namespace streams::objects
