#include "support/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "support/await.hpp"
#include "support/test_folder.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every unistd.h

namespace streams::tests {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> with_ours(const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> all;
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    bool replaced = false;
    for (const auto& [name, value] : added) replaced = replaced || text.starts_with(name + "=");
    if (!replaced) all.push_back(text);
  }
  return all;
}

int opened(const std::filesystem::path& file, int flags) {
  const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
  if (descriptor < 0) fail("open " + file.string());
  return descriptor;
}

}  // namespace

Child::Child(Setup setup)
    : out_file_(setup.output_path.string() + ".out"), err_file_(setup.output_path.string() + ".err") {
  std::vector<std::string> environment = with_ours(setup.environment);
  const std::vector<char*> argv = pointers(setup.command);
  const std::vector<char*> envp = pointers(environment);
  const int in = opened(setup.input.empty() ? "/dev/null" : setup.input, O_RDONLY);
  const int out = opened(out_file_, O_CREAT | O_TRUNC | O_WRONLY);
  const int err = opened(err_file_, O_CREAT | O_TRUNC | O_WRONLY);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::dup2(in, 0);
    ::dup2(out, 1);
    ::dup2(err, 2);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  const int fork_error = errno;
  for (const int descriptor : {in, out, err}) ::close(descriptor);
  if (pid_ < 0) throw std::system_error(fork_error, std::generic_category(), "fork");
  // Through the system call: the C library of Debian 12 declares its wrapper without C linkage.
  pid_descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  if (pid_descriptor_ < 0) {
    const int error = errno;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    throw std::system_error(error, std::generic_category(), "pidfd_open");
  }
}

Child::~Child() {
  if (!end_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(pid_descriptor_);
}

void Child::signal(int number) {
  if (!end_) ::kill(pid_, number);
}

std::optional<int> Child::wait(std::chrono::milliseconds timeout) {
  if (end_) return end_;
  pollfd ended{pid_descriptor_, POLLIN, 0};
  if (::poll(&ended, 1, static_cast<int>(timeout.count())) <= 0) return std::nullopt;
  int status = 0;
  if (::waitpid(pid_, &status, 0) != pid_) fail("waitpid");
  end_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return end_;
}

std::string Child::out() const {
  return read_text(out_file_);
}

std::string Child::err() const {
  return read_text(err_file_);
}

bool Child::await_err(const std::string& text, std::chrono::milliseconds timeout) {
  bool found = false;
  await(
      [&] {
        const bool ended = !running();
        found = err().find(text) != std::string::npos;
        return found || ended;
      },
      timeout);
  return found;
}

}  // namespace streams::tests
