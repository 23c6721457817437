#include "waiter.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>

namespace streams::kafka {

namespace {
// An eventfd takes 8 bytes, in the machine's order.
constexpr std::uint64_t kOne = 1;
}  // namespace

absl::StatusOr<std::unique_ptr<KafkaWaiter>> KafkaWaiter::make(const runtime::Clock& clock) {
  const int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, "cannot make an eventfd for a worker");
  return std::unique_ptr<KafkaWaiter>(new KafkaWaiter(descriptor, clock));
}

KafkaWaiter::~KafkaWaiter() {
  close(descriptor_);
}

void KafkaWaiter::wait(std::chrono::nanoseconds longest) {
  const auto until_alarm = alarm_ == std::chrono::nanoseconds::max() ? alarm_ : alarm_ - clock_.now();
  const auto time = std::clamp(std::min(longest, until_alarm), std::chrono::nanoseconds(0),
                               std::chrono::nanoseconds(std::chrono::hours(1)));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
  pollfd watched{.fd = descriptor_, .events = POLLIN, .revents = 0};
  if (ppoll(&watched, 1, &limit, nullptr) > 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto cleared = read(descriptor_, &count, sizeof count);
  }
  if (alarm_ <= clock_.now()) alarm_ = std::chrono::nanoseconds::max();
}

void KafkaWaiter::wake() {
  [[maybe_unused]] const auto written = write(descriptor_, &kOne, sizeof kOne);
}

void KafkaWaiter::watch(rd_kafka_queue_t& queue) {
  rd_kafka_queue_io_event_enable(&queue, descriptor_, &kOne, sizeof kOne);
}

void KafkaWaiter::forget(rd_kafka_queue_t& queue) {
  rd_kafka_queue_io_event_enable(&queue, -1, nullptr, 0);
}

void KafkaWaiter::wake_at(std::chrono::nanoseconds time) {
  alarm_ = std::min(alarm_, time);
}

}  // namespace streams::kafka
