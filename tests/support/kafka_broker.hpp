#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/kafka_client.hpp"

namespace streams::tests {

/// A real Apache Kafka broker for tests: one KRaft node on loopback ports of its own, started by
/// kafka/broker.sh, or one that somebody else runs.
///
/// `shared()` is for tests that only use a broker: the one of STREAMS_TEST_BOOTSTRAP, else the one that ctest
/// started for all tests (STREAMS_TEST_BOOTSTRAP_FILE), else one of this process, stopped when the process
/// ends. Tests name their topics and groups by `unique_name` so that they do not meet.
///
/// A test that stops or kills its broker makes one of its own: `KafkaBroker broker;`.
///
/// Where none can be had (`missing()` is not empty), KafkaTest skips; with STREAMS_REQUIRE_KAFKA=1 it fails.
///
/// The thread that calls `start()` (the constructor does) must outlive the broker: the kernel kills the
/// broker when that thread dies, so that a crashed test leaves nothing behind.
class KafkaBroker {
 public:
  /// Starts a broker; `settings` are further lines of server.properties ("message.max.bytes=1000").
  /// Throws std::runtime_error with the end of the broker's log when it does not answer within a minute.
  explicit KafkaBroker(std::vector<std::string> settings = {});
  /// Stops the broker and removes its data.
  ~KafkaBroker();
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;

  /// Why no broker of our own can be started here; empty when one can.
  static std::string missing();
  /// Why `shared()` cannot give one; empty when it can.
  static std::string shared_missing();
  static KafkaBroker& shared();

  const std::string& bootstrap() const { return bootstrap_; }
  KafkaClient& client() { return *client_; }

  /// SIGTERM, as an operator stops it; waits until the process is gone, SIGKILL after 20 s.
  void stop();
  /// SIGKILL; waits until the process is gone.
  void kill();
  /// Starts it again with the same ports and data, and waits until it answers. A running broker stays as it
  /// is.
  void start();
  bool running() const { return pid_ > 0; }

 private:
  struct External {
    std::string bootstrap;
  };
  explicit KafkaBroker(External external);

  void end(int signal);

  std::vector<std::string> settings_;
  std::filesystem::path folder_;
  int port_ = 0;
  int controller_port_ = 0;
  pid_t pid_ = -1;
  std::string bootstrap_;
  std::unique_ptr<KafkaClient> client_;
};

/// A free port of 127.0.0.1 below the kernel's range for outgoing connections: while the broker is down, a client
/// that tries to reach it must not be given that very port, or it would connect to itself.
int free_port();

/// `prefix` with a part that no other test process, now or earlier, has: for topics, groups and folders.
std::string unique_name(const std::string& prefix);

}  // namespace streams::tests
