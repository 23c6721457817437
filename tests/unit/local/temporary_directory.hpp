#pragma once

#include <filesystem>
#include <string>

/// A directory of its own for one test, removed with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& file, const std::string& content) const;
  void append(const std::string& file, const std::string& content) const;
  /// The content of a file; empty when there is none.
  std::string read(const std::string& file) const;

 private:
  std::filesystem::path path_;
};
