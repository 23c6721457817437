#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

namespace streams::local {

/// The committed offset of one topic and group: a number in a file, replaced as a whole.
class OffsetStore {
 public:
  explicit OffsetStore(std::filesystem::path file) : file_(std::move(file)) {}

  const std::filesystem::path& file() const noexcept { return file_; }
  /// Nothing when none was ever committed; an error when the file holds no offset.
  absl::StatusOr<std::optional<std::int64_t>> load() const;
  absl::Status store(std::int64_t offset) const;

 private:
  std::filesystem::path file_;
};

}  // namespace streams::local
