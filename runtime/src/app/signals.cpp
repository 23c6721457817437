#include "app/signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>

#include <fmt/format.h>

namespace streams::runtime {
namespace {

[[noreturn]] void die_of(int signal) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(signal);
  ::_exit(128 + signal);
}

}  // namespace

SignalWatch::SignalWatch(StopSignal& stop, Log& log) {
  ::sigemptyset(&watched_);
  ::sigaddset(&watched_, SIGTERM);
  ::sigaddset(&watched_, SIGINT);
  signals_ = ::signalfd(-1, &watched_, SFD_CLOEXEC);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || end_ < 0)
    throw std::system_error(errno, std::generic_category(), "cannot watch for signals");
  ::pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &pipe_before_);
  thread_ = std::thread([this, &stop, &log] { watch(stop, log); });
}

SignalWatch::~SignalWatch() {
  const std::uint64_t one = 1;
  while (::write(end_, &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
  ::close(end_);
  ::close(signals_);
  ::sigaction(SIGPIPE, &pipe_before_, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void SignalWatch::watch(StopSignal& stop, Log& log) const {
  bool asked = false;
  for (;;) {
    std::array<pollfd, 2> both{{{signals_, POLLIN, 0}, {end_, POLLIN, 0}}};
    if (::poll(both.data(), both.size(), -1) < 0) continue;
    if ((both[1].revents & POLLIN) != 0) return;
    if ((both[0].revents & POLLIN) == 0) continue;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) != sizeof info) continue;
    const int signal = static_cast<int>(info.ssi_signo);
    if (asked) die_of(signal);
    asked = true;
    log.info(
        fmt::format("stopping on {}: what was read is finished and committed; a second signal ends at once",
                    signal == SIGINT ? "SIGINT" : "SIGTERM"));
    stop.stop();
  }
}

}  // namespace streams::runtime
