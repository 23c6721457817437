#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>

#include <absl/status/statusor.h>

#include <streams/runtime/clock.hpp>
#include <streams/runtime/io.hpp>

namespace streams::kafka {

/// A worker's place to sleep: one eventfd that the worker's librdkafka queues and `wake()` write to.
///
/// A queue writes when it gets its first entry after having been polled. So a queue that was polled until it
/// was empty ends the next `wait`; one that still holds something does not.
class KafkaWaiter final : public runtime::Waiter {
 public:
  static absl::StatusOr<std::unique_ptr<KafkaWaiter>> make(const runtime::Clock& clock);
  ~KafkaWaiter() override;

  void wait(std::chrono::nanoseconds longest) override;
  void wake() override;

  /// Lets what arrives in `queue` end a `wait`, until `forget(queue)`.
  void watch(rd_kafka_queue_t& queue);
  static void forget(rd_kafka_queue_t& queue);

  /// No `wait` goes past this time of the clock. For the owners of the queues, on the worker's thread; the
  /// nearest time asked for counts, and it is gone once it has ended a wait.
  void wake_at(std::chrono::nanoseconds time);

 private:
  KafkaWaiter(int descriptor, const runtime::Clock& clock) : descriptor_(descriptor), clock_(clock) {}

  int descriptor_;
  const runtime::Clock& clock_;
  std::chrono::nanoseconds alarm_ = std::chrono::nanoseconds::max();
};

}  // namespace streams::kafka
