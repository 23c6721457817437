#include "app/child_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every unistd.h

namespace streams::runtime {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  result.reserve(words.size() + 1);
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_in_c_locale() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    if (!text.starts_with("LC_ALL=") && !text.starts_with("LANGUAGE=")) variables.emplace_back(text);
  }
  variables.emplace_back("LC_ALL=C");
  return variables;
}

}  // namespace

absl::StatusOr<ChildProcess> ChildProcess::start(const std::vector<std::string>& command) {
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
    return absl::InternalError(
        fmt::format("cannot make a pipe for {}: {}", command.front(), std::strerror(errno)));
  }
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
  std::vector<std::string> words = command;
  std::vector<std::string> variables = environment_in_c_locale();
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, command.front().c_str(), &actions, nullptr, pointers(words).data(),
                                  pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  if (error != 0) {
    ::close(pipe_ends[0]);
    return absl::InternalError(fmt::format("cannot start {}: {}", command.front(), std::strerror(error)));
  }
  return ChildProcess(pid, pipe_ends[0]);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), output_(std::exchange(other.output_, -1)) {}

ChildProcess::~ChildProcess() {
  if (pid_ >= 0) wait();
}

ChildProcess::End ChildProcess::wait() {
  End end;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t count = ::read(output_, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    end.output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(std::exchange(output_, -1));
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  end.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (WIFSIGNALED(status)) {
    end.output += fmt::format("the compiler was killed by signal {} ({}): is there too little memory?\n",
                              WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  }
  return end;
}

}  // namespace streams::runtime
