#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/child.hpp"

namespace streams::tests {

/// Starts streams-runner as its users do. Its output goes to FOLDER/NAME.out and .err; pipelines that it
/// compiles are kept in the build's folder. STREAMS_TEST_RUNNER in the environment names another executable
/// than the build's own.
std::unique_ptr<Child> start_runner(const std::filesystem::path& folder, const std::string& name,
                                    const std::vector<std::string>& arguments,
                                    const std::filesystem::path& input = {},
                                    std::vector<std::pair<std::string, std::string>> environment = {});

}  // namespace streams::tests
