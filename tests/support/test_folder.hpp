#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/kafka_broker.hpp"
#include "support/text_file.hpp"

namespace streams::tests {

/// A folder of one test's own, removed with all that is in it.
class TestFolder {
 public:
  TestFolder() : path_(std::filesystem::temp_directory_path() / unique_name("streams-test")) {
    std::filesystem::create_directories(path_);
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace streams::tests
