#include "support/runner.hpp"

#include <cstdlib>
#include <utility>

namespace streams::tests {

std::unique_ptr<Child> start_runner(const std::filesystem::path& folder, const std::string& name,
                                    const std::vector<std::string>& arguments,
                                    const std::filesystem::path& input,
                                    std::vector<std::pair<std::string, std::string>> environment) {
  const char* other = std::getenv("STREAMS_TEST_RUNNER");
  std::vector<std::string> command{other != nullptr && *other != '\0' ? other : STREAMS_RUNNER};
  command.insert(command.end(), arguments.begin(), arguments.end());
  environment.emplace_back("XDG_CACHE_HOME", STREAMS_BINARY_DIR "/test-cache");
  return std::make_unique<Child>(Child::Setup{.command = std::move(command),
                                              .output_path = folder / name,
                                              .input = input,
                                              .environment = std::move(environment)});
}

}  // namespace streams::tests
