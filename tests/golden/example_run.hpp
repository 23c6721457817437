#pragma once

#include <string>
#include <vector>

#include <streams/testing/driver.hpp>

#include "golden/example.hpp"
#include "support/kafka_client.hpp"
#include "support/kafka_test.hpp"

namespace streams::tests {

/// Runs an example on each backend and gives back the values of its outputs' topics, in the order of `outputs`.
/// A run that fails, or does not end, is a failure of the test.
class ExampleRun : public KafkaTest {
 protected:
  void SetUp() override {}  // only one of the ways needs a broker
  /// False where the test is skipped, or has failed, because there is none.
  bool has_broker() {
    KafkaTest::SetUp();
    return !IsSkipped() && !HasFatalFailure();
  }

  std::vector<Lines> on_driver(const Example& example);
  /// The whole standard output of a run that prints this topic.
  std::string printed_by_embedded_broker(const Example& example, const std::string& topic);
  std::vector<Lines> on_kafka(const Example& example);
  /// A deployment fitted to the test.
  Deployment deployment(const Example& example) const;

  TestFolder folder_;
};

}  // namespace streams::tests
