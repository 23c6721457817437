#include "unit/local/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

TemporaryDirectory::TemporaryDirectory() {
  std::string name = testing::TempDir() + "streams-local-XXXXXX";
  EXPECT_NE(mkdtemp(name.data()), nullptr);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void TemporaryDirectory::write(const std::string& file, const std::string& content) const {
  std::ofstream(path_ / file, std::ios::binary) << content;
}

void TemporaryDirectory::append(const std::string& file, const std::string& content) const {
  std::ofstream(path_ / file, std::ios::binary | std::ios::app) << content;
}

std::string TemporaryDirectory::read(const std::string& file) const {
  std::ifstream in(path_ / file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
