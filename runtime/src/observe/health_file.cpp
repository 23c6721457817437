#include "observe/health_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

namespace streams::runtime {

std::string default_health_file() {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(ignored);
  return ((ignored ? std::filesystem::path("/tmp") : folder) / "health.txt").string();
}

absl::Status touch(const std::string& path) {
  // Others may write to that folder too: not through a link that somebody laid there.
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) {
    return absl::UnavailableError(
        fmt::format("the health file {} cannot be written: {}; check the folder, or "
                    "set TMPDIR to another one",
                    path, std::strerror(errno)));
  }
  // Truncating an empty file does not make it newer.
  ::futimens(descriptor, nullptr);
  ::close(descriptor);
  return absl::OkStatus();
}

}  // namespace streams::runtime
