#include <gtest/gtest.h>
#include <streams/runtime/config.hpp>

#include <random>
#include <string>

#include "unit/config/case_file.hpp"
#include "unit/config/fake_environment.hpp"

namespace {

using namespace streams::runtime;

/// Changes, removes, doubles or cuts a few bytes.
std::string damaged(std::string text, std::mt19937& random) {
  static const std::string kBytes = ":{}[]-&*!|>'\"%@`#,? \t\n$~<\\0a\xC3";
  const auto below = [&random](std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
  };
  for (std::size_t changes = 1 + below(4); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text[at] = kBytes[below(kBytes.size())];
        break;
      case 1:
        text.erase(at, 1 + below(8));
        break;
      case 2:
        text.insert(at, text.substr(at, below(16)));
        break;
      default:
        text.insert(at, 1, kBytes[below(kBytes.size())]);
    }
  }
  return text;
}

TEST(HostileTextTest, ADamagedFileLoadsOrIsRefusedWithPlacesInIt) {
  std::mt19937 random(20'240'229);
  const std::string folder = std::string(STREAMS_SOURCE_DIR) + "/tests/unit/config/";
  int refused = 0;
  for (const YamlCase& valid : read_cases(folder + "accepted.txt")) {
    for (int i = 0; i < 500; ++i) {
      const std::string text = damaged(valid.yaml, random);
      try {
        masked_text(parse_config(text, "f.yaml", FakeEnvironment{}.get()));
      } catch (const ConfigError& error) {
        ++refused;
        ASSERT_FALSE(error.faults().empty()) << text;
        for (const ConfigFault& fault : error.faults()) {
          ASSERT_GE(fault.line, 1) << text;
          ASSERT_GE(fault.column, 1) << text;
          ASSERT_FALSE(fault.text.empty()) << text;
        }
      }
    }
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
