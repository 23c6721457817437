#pragma once

#include <string>
#include <vector>

#include <absl/status/statusor.h>

namespace streams::runtime {

/// A program started beside this one, with its stdout and stderr kept in one text. Its language is C, so that
/// its words can be read by a program. Destroying one that still runs waits for it.
class ChildProcess {
 public:
  /// `command[0]` is the program's path.
  static absl::StatusOr<ChildProcess> start(const std::vector<std::string>& command);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  struct End {
    bool succeeded = false;
    std::string output;
  };
  /// Blocks until it has ended. Call it once.
  End wait();

 private:
  ChildProcess(int pid, int output) : pid_(pid), output_(output) {}
  int pid_ = -1;
  int output_ = -1;
};

}  // namespace streams::runtime
