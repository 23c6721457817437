#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>

#include "golden/example_run.hpp"
#include "unit/objects/scripted_server.hpp"

// The example gcs_sink, against a server in the place of Google's.

namespace streams::tests {
namespace {

using ::testing::ElementsAreArray;

class GcsExampleTest : public ExampleRun {
 protected:
  GcsExampleTest() { ::setenv("STORAGE_EMULATOR_HOST", server_.address().c_str(), 1); }
  ~GcsExampleTest() override { ::unsetenv("STORAGE_EMULATOR_HOST"); }

  /// One object for each record, named after its place; what else `name` stands for is the server's protocol.
  void expect_golden() const {
    std::vector<std::string> seen;
    for (const auto& request : server_.seen()) seen.push_back(request.target + " " + request.body);
    std::sort(seen.begin(), seen.end());
    Lines expected;
    for (const std::string& body : lines_of(read_text(example_.folder() / "expected.jsonl"))) {
      expected.push_back("/upload/storage/v1/b/arroyo-artifacts/o?uploadType=media&name=file_0_" +
                         std::to_string(expected.size()) + ".txt " + body);
    }
    EXPECT_THAT(seen, ElementsAreArray(expected));
  }

  objects::ScriptedServer server_;
  const Example example_{.name = "gcs_sink", .source = "myinput", .source_topic = "ingest-metrics"};
};

TEST_F(GcsExampleTest, DriverWritesTheExpectedObjects) {
  on_driver(example_);
  expect_golden();
}

TEST_F(GcsExampleTest, EmbeddedBrokersRecordsBecomeTheExpectedObjects) {
  printed_by_embedded_broker(example_, {});
  expect_golden();
}

TEST_F(GcsExampleTest, KafkasRecordsBecomeTheExpectedObjects) {
  if (!has_broker()) return;
  on_kafka(example_);
  expect_golden();
}

}  // namespace
}  // namespace streams::tests
