#include "app/installed_file.hpp"

#include <system_error>

namespace streams::runtime {

absl::StatusOr<std::filesystem::path> installed_file(std::string_view name) {
  std::error_code error;
  const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return absl::InternalError("cannot find this program's own file: /proc/self/exe cannot be read");
  return executable.parent_path().parent_path() / "lib" / "streams" / name;
}

}  // namespace streams::runtime
