#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

namespace streams::runtime {

/// How a pipeline's source is compiled: the file that the build of Streams wrote, and `CXX`.
struct Toolchain {
  std::vector<std::string> compiler;  ///< the program, found; more words when `CXX` has some (`ccache g++`)
  std::vector<std::string> flags;
  std::vector<std::filesystem::path> include_folders;
  std::vector<std::filesystem::path> library_folders;
};

/// The toolchain of this program: `../lib/streams/compile.conf` beside the folder of the executable.
absl::StatusOr<Toolchain> find_toolchain();

/// Reads such a file: lines `compiler = X`, `flag = X`, `include = DIR`, `library_dir = DIR`; folders are
/// relative to the file. `cxx` replaces the compiler unless it is empty.
absl::StatusOr<Toolchain> read_toolchain(const std::filesystem::path& file, const std::string& cxx);

}  // namespace streams::runtime
