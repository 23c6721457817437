#include "config/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "unit/config/case_file.hpp"
#include "unit/config/fake_environment.hpp"
#include "unit/config/json_schema_checker.hpp"
#include "unit/config/key_files.hpp"

// The schema that editors use and the loader say the same about the same file.
namespace {

using namespace streams::runtime;
using namespace streams::runtime::config;
using testing::IsEmpty;
using testing::Not;

const std::string kFolder = std::string(STREAMS_SOURCE_DIR) + "/tests/unit/config/";

class SchemaTest : public testing::Test {
 protected:
  void both_accept(const std::string& yaml, const std::string& name) const {
    EXPECT_THAT(checker_.check(yaml), IsEmpty()) << name;
    try {
      FakeEnvironment environment;
      environment.variables["MAX_POLL_INTERVAL_MS"] = "30000";
      parse_config(yaml, "f.yaml", environment.get());
    } catch (const ConfigError& error) {
      ADD_FAILURE() << name << "\n" << error.what();
    }
  }

  JsonSchemaChecker checker_{json_schema()};
};

TEST_F(SchemaTest, BothAcceptTheOriginalsFiles) {
  for (const auto& entry : std::filesystem::directory_iterator(kFolder + "original_files")) {
    both_accept(read_text(entry.path().string()), entry.path().string());
  }
}

TEST_F(SchemaTest, BothAcceptOurFiles) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(STREAMS_SOURCE_DIR) + "/deployment_config")) {
    if (entry.path().extension() != ".yaml") continue;
    both_accept(read_text(entry.path().string()), entry.path().string());
    ++files;
  }
  EXPECT_GE(files, 3);
}

TEST_F(SchemaTest, BothAcceptEveryFormOfAValue) {
  // What is marked as the loader's own needs YAML's merge keys, which an editor resolves before the schema.
  for (const YamlCase& valid : read_cases(kFolder + "accepted.txt")) {
    if (valid.loader_only) {
      EXPECT_NO_THROW(parse_config(valid.yaml, "f.yaml", FakeEnvironment{}.get())) << valid.name;
    } else {
      both_accept(valid.yaml, valid.name);
    }
  }
}

TEST_F(SchemaTest, BothAcceptTheExampleOfEveryKey) {
  for (const KeyRow& row : key_table()) both_accept(file_with(row, row.example), file_with(row, row.example));
}

TEST_F(SchemaTest, BothRefuseAnotherFormForEveryKey) {
  for (const KeyRow& row : key_table()) {
    const bool takes_mapping = (row.forms & (kMapping | kParams | kOpenParams | kOpen)) != 0;
    const std::string wrong = file_with(row, takes_mapping ? "[[1]]" : "{zz: {zz: 1}}");
    EXPECT_THAT(checker_.check(wrong), Not(IsEmpty())) << wrong;
    EXPECT_THROW(parse_config(wrong, "f.yaml", FakeEnvironment{}.get()), ConfigError) << wrong;
  }
}

TEST_F(SchemaTest, RefusesEveryMistakeThatASchemaCanSee) {
  int seen = 0;
  for (const YamlCase& mistake : read_cases(kFolder + "mistakes.txt")) {
    if (mistake.loader_only) continue;
    EXPECT_THAT(checker_.check(mistake.yaml), Not(IsEmpty())) << mistake.name;
    ++seen;
  }
  EXPECT_GE(seen, 40);
}

}  // namespace
