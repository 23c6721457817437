#pragma once

#include <string>
#include <vector>

/// A file of YAML texts: each begins after a line `=== NAME`, or `=== NAME [loader only]` where the fault is
/// one that the schema cannot see.
struct YamlCase {
  std::string name;
  bool loader_only = false;
  std::string yaml;
};

std::vector<YamlCase> read_cases(const std::string& path);
std::string read_text(const std::string& path);

/// Compares with a file of the repository, or writes it when STREAMS_UPDATE_GOLDEN is set.
void expect_file(const std::string& path_in_repository, const std::string& content);
