#pragma once

#include <filesystem>
#include <memory>

#include <absl/status/statusor.h>

#include <streams/objects/object_store.hpp>
#include <streams/objects/retry.hpp>

namespace streams::objects {

struct FileStoreOptions {
  std::filesystem::path folder;  ///< made when it is not there
  /// Reads each file back from the disk and compares checksums before it gets its name.
  bool verify = true;
  RetryPolicy retry{};  ///< for a full disk and the like
};

/// Objects are files. Each is written under a temporary name (`.NAME.part`) beside its place, synced, renamed, and the
/// folder is synced; folders are made. What a killed process left under the temporary name goes with the next object
/// of that name. Two processes may write one name: one after the other. `pause` outlives the store.
absl::StatusOr<std::unique_ptr<ObjectStore>> open_file_store(FileStoreOptions options, RetryPause& pause);

}  // namespace streams::objects
