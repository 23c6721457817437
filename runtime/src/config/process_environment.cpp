#include <streams/runtime/config.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace streams::runtime {

Environment process_environment() {
  Environment environment;
  environment.variable = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
  environment.read_file = [](const std::string& path) -> std::optional<std::string> {
    std::error_code failed;
    // A folder can be opened, but not read.
    if (std::filesystem::is_directory(path, failed)) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  return environment;
}

}  // namespace streams::runtime
