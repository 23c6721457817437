#include "waiter.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace streams::local {

absl::StatusOr<std::unique_ptr<FileWaiter>> FileWaiter::make() {
  Descriptor event(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!event) return absl::ErrnoToStatus(errno, "cannot make an eventfd for a worker");
  return std::unique_ptr<FileWaiter>(new FileWaiter(std::move(event)));
}

void FileWaiter::wait(std::chrono::nanoseconds longest) {
  const auto time =
      std::clamp(longest, std::chrono::nanoseconds(0), std::chrono::nanoseconds(std::chrono::hours(1)));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
  // poll() looks past descriptors below zero.
  std::array<pollfd, 3> watched{{{.fd = event_.get(), .events = POLLIN, .revents = 0},
                                 {.fd = std::exchange(input_, -1), .events = POLLIN, .revents = 0},
                                 {.fd = std::exchange(output_, -1), .events = POLLOUT, .revents = 0}}};
  if (ppoll(watched.data(), watched.size(), &limit, nullptr) > 0 && watched[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto cleared = read(event_.get(), &count, sizeof count);
  }
}

void FileWaiter::wake() {
  constexpr std::uint64_t kOne = 1;
  [[maybe_unused]] const auto written = write(event_.get(), &kOne, sizeof kOne);
}

}  // namespace streams::local
