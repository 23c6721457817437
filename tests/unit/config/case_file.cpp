#include "unit/config/case_file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<YamlCase> read_cases(const std::string& path) {
  constexpr std::string_view kLoaderOnly = " [loader only]";
  std::vector<YamlCase> cases;
  std::istringstream lines(read_text(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("=== ")) {
      cases.at(cases.size() - 1).yaml += line + "\n";
      continue;
    }
    YamlCase next;
    next.name = line.substr(4);
    if (next.name.ends_with(kLoaderOnly)) {
      next.loader_only = true;
      next.name.resize(next.name.size() - kLoaderOnly.size());
    }
    cases.push_back(std::move(next));
  }
  return cases;
}

void expect_file(const std::string& path_in_repository, const std::string& content) {
  const std::string path = std::string(STREAMS_SOURCE_DIR) + "/" + path_in_repository;
  if (std::getenv("STREAMS_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << content;
    return;
  }
  EXPECT_EQ(read_text(path), content)
      << path_in_repository
      << " is not up to date: run this test with STREAMS_UPDATE_GOLDEN=1 and look at "
         "what changed";
}
