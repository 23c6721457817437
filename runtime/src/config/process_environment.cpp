#include <streams/runtime/config.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace streams::runtime {

Environment process_environment() {
  Environment environment;
  environment.variable = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
  environment.read_file = [](const std::string& path) -> std::optional<std::string> {
    std::ifstream file(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), {}};
    // A folder opens, and fails on the first read.
    if (!file || file.bad()) return std::nullopt;
    return content;
  };
  return environment;
}

}  // namespace streams::runtime
