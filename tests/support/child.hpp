#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace streams::tests {

/// A program started beside the test, with its stdout and stderr in files.
///
/// Destroying one that still runs kills it. The kernel kills it too when the thread that started it dies, so
/// that thread must outlive the child. One thread at a time.
class Child {
 public:
  struct Setup {
    std::vector<std::string> command;   ///< `command[0]` is the program's path
    std::filesystem::path output_path;  ///< stdout goes to this path with ".out" behind it, stderr ".err"
    std::filesystem::path input{};      ///< what it reads on stdin; none: an empty file
    std::vector<std::pair<std::string, std::string>> environment{};  ///< added to ours
  };

  /// Throws std::system_error when it cannot be started.
  explicit Child(Setup setup);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void signal(int number);
  /// Waits until it has ended: its exit code, or 128 and the signal that ended it; nothing when it still runs
  /// after that time.
  std::optional<int> wait(std::chrono::milliseconds timeout);
  bool running() { return !wait(std::chrono::milliseconds(0)).has_value(); }

  /// What it has written so far.
  std::string out() const;
  std::string err() const;
  /// Waits until stderr has that text; false when the time is over, or it has ended without it.
  bool await_err(const std::string& text, std::chrono::milliseconds timeout);

 private:
  std::filesystem::path out_file_;
  std::filesystem::path err_file_;
  pid_t pid_ = -1;
  int pid_descriptor_ = -1;
  std::optional<int> end_;
};

}  // namespace streams::tests
