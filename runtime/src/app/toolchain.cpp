#include "app/toolchain.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "app/installed_file.hpp"

namespace streams::runtime {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The program that a shell would start for `name`, or empty.
std::filesystem::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path candidate = std::filesystem::path(folder.empty() ? "." : folder) / name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

}  // namespace

absl::StatusOr<Toolchain> find_toolchain() {
  const absl::StatusOr<std::filesystem::path> file = installed_file("compile.conf");
  if (!file.ok()) return file.status();
  const char* cxx = std::getenv("CXX");
  return read_toolchain(*file, cxx == nullptr ? "" : cxx);
}

absl::StatusOr<Toolchain> read_toolchain(const std::filesystem::path& file, const std::string& cxx) {
  std::ifstream in(file);
  if (!in) {
    return absl::NotFoundError(
        fmt::format("{}: there is no such file, so a source file cannot be compiled; install Streams with "
                    "its headers, or name a "
                    "module (.so)",
                    file.string()));
  }
  Toolchain toolchain;
  std::string compiler;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#') continue;
    const std::size_t middle = text.find('=');
    const std::string_view key = trimmed(text.substr(0, middle));
    const std::string_view value = middle == std::string_view::npos ? "" : trimmed(text.substr(middle + 1));
    const auto folder = [&] { return (file.parent_path() / value).lexically_normal(); };
    if (key == "compiler") {
      compiler = value;
    } else if (key == "flag") {
      toolchain.flags.emplace_back(value);
    } else if (key == "include") {
      toolchain.include_folders.push_back(folder());
    } else if (key == "library_dir") {
      toolchain.library_folders.push_back(folder());
    } else {
      return absl::InvalidArgumentError(
          fmt::format("{}:{}: there is no key `{}`; install Streams again", file.string(), number, key));
    }
  }
  std::istringstream words(cxx.empty() ? compiler : cxx);
  for (std::string word; words >> word;) toolchain.compiler.push_back(word);
  if (toolchain.compiler.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: names no compiler; install Streams again", file.string()));
  }
  const std::filesystem::path program = find_program(toolchain.compiler.front());
  if (program.empty()) {
    return absl::NotFoundError(
        fmt::format("there is no compiler {} ({}), and a pipeline's source file needs one: install Debian's "
                    "package `g++`, set CXX to "
                    "another one, or run a module (.so) that was built elsewhere",
                    toolchain.compiler.front(), cxx.empty() ? "which built Streams" : "which CXX names"));
  }
  toolchain.compiler.front() = program.string();
  return toolchain;
}

}  // namespace streams::runtime
