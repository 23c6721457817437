#pragma once

#include <string>

#include <absl/status/status.h>

namespace streams::runtime {

/// `health.txt` in the folder for temporary files: where the original's probes look.
std::string default_health_file();

/// Makes the file, or makes it newer.
absl::Status touch(const std::string& path);

}  // namespace streams::runtime
