#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/deployment.hpp"
#include "support/kafka_test.hpp"
#include "support/runner.hpp"
#include "support/test_folder.hpp"

namespace streams::tests {

/// The base of test suites that run a pipeline with a dead letter queue as its operator does: the example
/// simple_map_filter on the shared broker, with topics and a group of the test's own. The queue's topic is made by
/// the test.
class PipelineWithQueueTest : public KafkaTest {
 protected:
  static constexpr int kPartitions = 2;  ///< of the source
  /// For what happens within a second or two on a machine that has nothing else to do.
  static constexpr std::chrono::seconds kPatience{60};

  /// What a command printed and how it ended; -1: it did not within `kPatience`.
  struct Ended {
    int code = -1;
    std::string out;
    std::string err;
  };

  void SetUp() override;

  void create_queue(int partitions) { kafka().create_topic(dead_, partitions, {{"retention.ms", "-1"}}); }
  /// Keys of `dlq` beside its topic.
  void set_queue(const std::map<std::string, std::string>& keys);
  /// Writes the deployment and compiles the pipeline, so that nothing started later waits for a compiler.
  void write_deployment();

  /// streams-runner with these words, the deployment, and `compile_arguments_` if there are any.
  std::unique_ptr<Child> start(std::vector<std::string> words);
  std::unique_ptr<Child> start_pipeline() { return start({"--segment-id", "0"}); }
  /// Waits until the group has committed the end of the source's topic.
  bool await_all_committed();
  static void stop(Child& runner);
  /// Runs the pipeline until it has read all that the source's topic holds.
  void run_pipeline();

  std::unique_ptr<Child> start_dlq(const std::vector<std::string>& words);
  static Ended end_of(Child& child);
  Ended dlq(const std::vector<std::string>& words) { return end_of(*start_dlq(words)); }

  TestFolder folder_;
  std::optional<Deployment> deployment_;
  std::vector<std::string> compile_arguments_;
  std::string in_;
  std::string out_;
  std::string dead_;
  std::string group_;

 private:
  std::string config_;
  int started_ = 0;
};

}  // namespace streams::tests
