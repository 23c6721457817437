#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "support/kafka_broker.hpp"

namespace streams::tests {

/// True where the absence of a broker is a failure (STREAMS_REQUIRE_KAFKA=1) and not a reason to skip.
inline bool kafka_required() {
  const char* value = std::getenv("STREAMS_REQUIRE_KAFKA");
  return value != nullptr && std::string(value) == "1";
}

/// The base of test suites that use the shared broker: skipped, or failed, by name where there is none.
class KafkaTest : public ::testing::Test {
 protected:
  void SetUp() override { need(KafkaBroker::shared_missing()); }

  static KafkaBroker& broker() { return KafkaBroker::shared(); }
  static KafkaClient& kafka() { return broker().client(); }

  static void need(const std::string& missing) {
    if (missing.empty()) return;
    if (kafka_required()) FAIL() << "STREAMS_REQUIRE_KAFKA=1 and no Kafka broker: " << missing;
    GTEST_SKIP() << "no Kafka broker: " << missing;
  }
};

/// The base of test suites that stop and start brokers of their own (`KafkaBroker broker;`).
class OwnKafkaTest : public KafkaTest {
 protected:
  void SetUp() override { need(KafkaBroker::missing()); }
};

}  // namespace streams::tests
