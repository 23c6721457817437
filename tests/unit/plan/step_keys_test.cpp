#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "config/key_table.hpp"
#include "plan/step_keys.hpp"
#include "unit/plan/sample_pipelines.hpp"

namespace {

using namespace streams::runtime;
using planning::StepKey;

bool in_table(std::string_view name) {
  const auto keys = planning::step_keys();
  return std::any_of(keys.begin(), keys.end(), [&](const StepKey& key) { return key.key == name; });
}

TEST(StepKeysTest, TheTableAndTheLoaderHaveTheSameKeys) {
  const auto rows = config::children_of("pipeline.segments[].steps_config.<step>");
  ASSERT_GE(rows.size(), 20U);
  for (const config::KeyRow* row : rows) {
    EXPECT_TRUE(in_table(config::key_of(*row))) << config::key_of(*row) << " is missing in step_keys.cpp";
  }
  EXPECT_EQ(rows.size(), planning::step_keys().size());
}

TEST(StepKeysTest, AKeyOfAnotherKindIsAFaultThatListsTheKeysOfThisOne) {
  EXPECT_EQ(
      faults_of(simple_map_filter(), deployment("        myinput: {bootstrap_servers: k:1}\n"
                                                "        mysink: {bootstrap_servers: k:1}\n"
                                                "        transform:\n"
                                                "          on_error: drop\n"
                                                "          batch_size: 5\n")),
      "deploy.yaml:8:11: key 'batch_size' has no meaning for Map 'transform'; remove it (keys of a Map: "
      "starts_segment, parallelism, on_error, retry)");
}

/// Every key at every kind of step of the samples: taken where the table says so, else a fault that names
/// both.
TEST(StepKeysTest, EachKeyIsTakenExactlyByTheKindsOfTheTable) {
  const streams::Graph graph = with_options();
  const streams::Graph simple = simple_map_filter();
  for (const config::KeyRow* row : config::children_of("pipeline.segments[].steps_config.<step>")) {
    const std::string key(config::key_of(*row));
    for (const streams::Graph* one : {&graph, &simple}) {
      for (const streams::Node& node : one->nodes()) {
        const std::string faults = faults_of(*one, deployment("        " + node.name + ": {" + key + ": " +
                                                              std::string(row->example) + "}\n"));
        const bool refused =
            faults.find("key '" + key + "' has no meaning for " + node.kind) != std::string::npos;
        EXPECT_EQ(refused, !planning::has_meaning(key, node.kind))
            << key << " at " << node.kind << ": " << faults;
      }
    }
  }
}

}  // namespace
