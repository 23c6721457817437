#include <gtest/gtest.h>
#include <streams/runtime/config.hpp>

#include <set>
#include <sstream>

#include "unit/config/case_file.hpp"
#include "unit/config/fake_environment.hpp"

namespace {

using namespace streams::runtime;

const std::string kMistakes = std::string(STREAMS_SOURCE_DIR) + "/tests/unit/config/mistakes.txt";

std::string line_of(const std::string& text, int number) {
  std::istringstream lines(text);
  std::string line;
  for (int i = 0; i < number; ++i) {
    if (!std::getline(lines, line)) return "";
  }
  return line;
}

/// The faults, each with its line of the file and a mark below its column.
std::string report(const YamlCase& mistake) {
  try {
    parse_config(mistake.yaml, "deploy.yaml", FakeEnvironment{}.get());
  } catch (const ConfigError& error) {
    std::string text;
    for (const ConfigFault& fault : error.faults()) {
      text += to_text(fault) + "\n";
      text += "    | " + line_of(mistake.yaml, fault.line) + "\n";
      text += "    | " + std::string(static_cast<std::size_t>(fault.column - 1), ' ') + "^\n";
    }
    return text;
  }
  return "no fault\n";
}

TEST(ConfigErrorsTest, EachMistakeHasItsLineItsColumnAndATextThatMendsIt) {
  std::string golden;
  for (const YamlCase& mistake : read_cases(kMistakes))
    golden += "=== " + mistake.name + "\n" + report(mistake) + "\n";
  expect_file("tests/golden/config_errors.txt", golden);
}

TEST(ConfigErrorsTest, EveryMistakeIsFound) {
  const auto mistakes = read_cases(kMistakes);
  EXPECT_GE(mistakes.size(), 40U);
  std::set<std::string> names;
  for (const YamlCase& mistake : mistakes) {
    EXPECT_NE(report(mistake), "no fault\n") << mistake.name;
    EXPECT_TRUE(names.insert(mistake.name).second) << mistake.name << " is there twice";
  }
}

TEST(ConfigErrorsTest, AllFaultsOfAFileAreSaidAtOnceInItsOrder) {
  try {
    parse_config("metric: {}\npipeline:\n  nam: x\n  segments: []\n", "f.yaml", FakeEnvironment{}.get());
    FAIL() << "no fault";
  } catch (const ConfigError& error) {
    ASSERT_EQ(error.faults().size(), 3U);
    EXPECT_EQ(error.faults()[0].line, 1);
    EXPECT_EQ(error.faults()[1].line, 3);
    EXPECT_EQ(error.faults()[2].line, 4);
    EXPECT_EQ(std::string(error.what()), to_text(error.faults()[0]) + "\n" + to_text(error.faults()[1]) +
                                             "\n" + to_text(error.faults()[2]));
  }
}

TEST(ConfigErrorsTest, ValuesOfVariablesAndFilesAreNeverShown) {
  for (const YamlCase& mistake : read_cases(kMistakes)) {
    EXPECT_EQ(report(mistake).find("hunter2"), std::string::npos) << mistake.name;
    EXPECT_EQ(report(mistake).find("'abc'"), std::string::npos) << mistake.name;
  }
}

TEST(ConfigErrorsTest, AFileThatCannotBeReadIsNamed) {
  try {
    load_config("/none/deploy.yaml", FakeEnvironment{}.get());
    FAIL() << "no fault";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(),
                 "/none/deploy.yaml: the file cannot be read; check the path and its permissions");
  }
}

TEST(ConfigErrorsTest, AliasesCannotBlowAFileUp) {
  std::string yaml = "env:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    yaml += "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 9; ++j) yaml += ", " + last;
    yaml += "]\n";
  }
  try {
    parse_config(yaml, "bomb.yaml", FakeEnvironment{}.get());
    FAIL() << "no fault";
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("once its aliases are written out"), std::string::npos)
        << error.what();
  }
}

TEST(ConfigErrorsTest, DeepNestingIsAFaultAndNoCrash) {
  for (const char open : {'[', '{'}) {
    EXPECT_THROW(parse_config("env: " + std::string(100'000, open), "deep.yaml", FakeEnvironment{}.get()),
                 ConfigError);
  }
}

}  // namespace
