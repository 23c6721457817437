#pragma once

#include <filesystem>
#include <string_view>

#include <absl/status/statusor.h>

namespace streams::runtime {

/// Where this program's installation, or its build, has that file of its own: `../lib/streams` beside the folder of the
/// executable. It need not exist.
absl::StatusOr<std::filesystem::path> installed_file(std::string_view name);

}  // namespace streams::runtime
