#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace streams::tests {

/// Writes metrics that simple_map_filter reads into a topic, at an even pace, until it is stopped. Each says
/// in `org_id` which partition it was written to and in `project_id` its number there; about three of four
/// are counters, which the pipeline keeps. The seed decides which.
///
/// It writes again what a broker that went away did not acknowledge, so the topic may hold a record twice.
class Feeder {
 public:
  Feeder(std::string bootstrap, std::string topic, int partitions, unsigned seed);
  ~Feeder();
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

  /// Returns when all that was begun is in the topic. Throws std::runtime_error when it cannot be written.
  void stop();

 private:
  void feed(unsigned seed);
  void end();

  const std::string bootstrap_;
  const std::string topic_;
  const int partitions_;
  std::mutex mutex_;
  std::condition_variable stop_asked_;
  bool stopping_ = false;
  std::string fault_;
  std::thread thread_;
};

}  // namespace streams::tests
