#include "golden/parquet_rows.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "support/child.hpp"
#include "support/test_folder.hpp"

namespace streams::tests {

bool can_read_parquet() {
  return !std::string(STREAMS_ARROW_PYTHON).empty();
}

std::vector<std::string> parquet_rows(const std::vector<std::filesystem::path>& files,
                                      const std::filesystem::path& work) {
  std::vector<std::string> command{STREAMS_ARROW_PYTHON, STREAMS_SOURCE_DIR "/tests/golden/parquet_rows.py"};
  for (const auto& file : files) command.push_back(file.string());
  Child reader({.command = command, .output_path = work});
  EXPECT_EQ(reader.wait(std::chrono::seconds(60)), 0) << reader.err();
  return lines_of(reader.out());
}

}  // namespace streams::tests
