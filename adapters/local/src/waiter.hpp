#pragma once

#include <memory>

#include <absl/status/statusor.h>

#include <streams/runtime/io.hpp>

#include "descriptor.hpp"

namespace streams::local {

/// A worker's place to sleep. Source and sink say before each sleep what they wait for; it is forgotten
/// afterwards, so that input which nobody wants to take cannot keep the worker awake.
class FileWaiter final : public runtime::Waiter {
 public:
  static absl::StatusOr<std::unique_ptr<FileWaiter>> make();

  void wait(std::chrono::nanoseconds longest) override;
  void wake() override;

  /// The next `wait` ends when something can be read from, or written to, the descriptor. On the worker's
  /// thread.
  void expect_input(int descriptor) noexcept { input_ = descriptor; }
  void expect_room(int descriptor) noexcept { output_ = descriptor; }

 private:
  explicit FileWaiter(Descriptor event) : event_(std::move(event)) {}

  Descriptor event_;
  int input_ = -1;
  int output_ = -1;
};

}  // namespace streams::local
