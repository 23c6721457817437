#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace streams::runtime {

/// The faults that Streams' own headers found in a pipeline, out of a compiler's text (g++ or clang): each as
/// `FILE:LINE: [streams] ...` with the author's line. `library_folders` hold headers that are not the
/// author's.
std::vector<std::string> find_compile_faults(std::string_view compiler_text,
                                             const std::vector<std::filesystem::path>& library_folders);

}  // namespace streams::runtime
