#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <streams/runtime/log.hpp>

namespace streams::objects {

/// When a store tries again: the n-th wait is between half of `first_wait * 2^n` and all of it, and never above
/// `longest_wait` but where the server asks for more time.
struct RetryPolicy {
  std::chrono::milliseconds first_wait{100};
  std::chrono::milliseconds longest_wait{30'000};
  /// How often one object is tried in all; without it, until the process stops.
  std::optional<std::uint32_t> max_attempts{};
};

/// How a store waits between two attempts, and how it learns that it should not try any more. Threads: any.
class RetryPause {
 public:
  virtual ~RetryPause() = default;
  /// Waits that long; false, at once, when the process is stopping.
  virtual bool wait(std::chrono::nanoseconds time) = 0;
  virtual bool stopped() const noexcept = 0;
  /// The attempt that has just failed, before the wait that follows it. `text` says what, where and why.
  virtual void failed(std::string_view text) { static_cast<void>(text); }
  /// An attempt behind a failed one has reached its end.
  virtual void recovered() {}
};

/// One that `stop()` ends, and that tells a log of an outage: one line when it begins, one when it is over.
class StoppablePause final : public RetryPause {
 public:
  StoppablePause() = default;
  /// `name`: whose outage it is. `log` outlives this.
  StoppablePause(std::string name, runtime::Log& log) : name_(std::move(name)), log_(&log) {}

  bool wait(std::chrono::nanoseconds time) override;
  bool stopped() const noexcept override;
  void stop();
  void failed(std::string_view text) override;
  void recovered() override;

 private:
  const std::string name_;
  runtime::Log* const log_ = nullptr;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  bool outage_ = false;
};

}  // namespace streams::objects
