#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <absl/status/status.h>

namespace streams::local {

/// Whether a topic's or group's name can be the name of a file.
absl::Status check_file_name(std::string_view what, std::string_view name);

/// `DIRECTORY/TOPIC.jsonl`
std::filesystem::path topic_file(const std::filesystem::path& directory, std::string_view topic);
/// `DIRECTORY/.offsets/GROUP/TOPIC`
std::filesystem::path offset_file(const std::filesystem::path& directory, std::string_view group,
                                  std::string_view topic);

}  // namespace streams::local
