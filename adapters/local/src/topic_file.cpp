#include "topic_file.hpp"

#include <fmt/format.h>

namespace streams::local {

absl::Status check_file_name(std::string_view what, std::string_view name) {
  if (!name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
      name.find('\0') == std::string_view::npos && name.size() <= 200) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      fmt::format("{} '{}' cannot be the name of a file; give it a name without '/' and of 200 bytes at most",
                  what, name));
}

std::filesystem::path topic_file(const std::filesystem::path& directory, std::string_view topic) {
  return directory / (std::string(topic) + ".jsonl");
}

std::filesystem::path offset_file(const std::filesystem::path& directory, std::string_view group,
                                  std::string_view topic) {
  return directory / ".offsets" / group / topic;
}

}  // namespace streams::local
