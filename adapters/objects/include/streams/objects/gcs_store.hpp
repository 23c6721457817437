#pragma once

#include <memory>
#include <string>

#include <absl/status/statusor.h>

#include <streams/objects/http_options.hpp>
#include <streams/objects/object_store.hpp>
#include <streams/objects/retry.hpp>
#include <streams/runtime/clock.hpp>
#include <streams/runtime/config.hpp>

namespace streams::objects {

struct GcsStoreOptions {
  std::string bucket;
  std::string prefix{};  ///< put before every name, a `/` between them
  /// `https://host[:port]`; else STORAGE_EMULATOR_HOST (then without a token), else Google's.
  std::string endpoint{};
  /// An OAuth access token; else `access_token_file`, which is read again as it is replaced; else the metadata server
  /// of the machine (GCE_METADATA_HOST names another), whose tokens are renewed before they end.
  std::string access_token{};
  std::string access_token_file{};
  HttpOptions http{};
};

/// A bucket of Google Cloud Storage. An object is one media upload with its CRC-32C, which is compared with what the
/// server says that it has; nothing is visible before it is whole.
///
/// All faults of the options come in one text. `clock` and `pause` outlive the store.
absl::StatusOr<std::unique_ptr<ObjectStore>> open_gcs_store(GcsStoreOptions options,
                                                            const runtime::Environment& environment,
                                                            const runtime::Clock& clock, RetryPause& pause);

}  // namespace streams::objects
