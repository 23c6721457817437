#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "app/stderr_log.hpp"
#include "app/toolchain.hpp"

namespace streams::runtime {

/// One pipeline to compile: its source, and what stood behind `--`: more sources, and flags.
struct CompileRequest {
  std::filesystem::path source;
  std::vector<std::string> arguments;
};

/// The folder for compiled pipelines, `$XDG_CACHE_HOME/streams/modules`, made if it is not there. Refused
/// when somebody else owns it or may write into it: what is loaded from it runs with this user's rights.
absl::StatusOr<std::filesystem::path> module_cache();

/// The module of that source: out of `cache` when compiler, flags, the source and every header that it
/// includes from outside the system's folders are what they were, else compiled now. No compiler is started
/// for a module that is there.
///
/// A failure's text begins with `FILE:LINE: [streams] ...` for each fault that Streams' headers found, then
/// the compiler's text as it is. Its warnings go to `log` as they are.
absl::StatusOr<std::filesystem::path> compile_source(const CompileRequest& request,
                                                     const Toolchain& toolchain,
                                                     const std::filesystem::path& cache, StderrLog& log);

}  // namespace streams::runtime
