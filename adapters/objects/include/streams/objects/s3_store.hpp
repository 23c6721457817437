#pragma once

#include <memory>
#include <optional>
#include <string>

#include <absl/status/statusor.h>

#include <streams/objects/http_options.hpp>
#include <streams/objects/object_store.hpp>
#include <streams/objects/retry.hpp>
#include <streams/runtime/config.hpp>

namespace streams::objects {

/// What is left out is taken from the environment, by the names that Amazon's tools use.
struct S3StoreOptions {
  std::string bucket;
  std::string prefix{};  ///< put before every name, a `/` between them
  std::string
      endpoint{};        ///< `https://host[:port]`; else AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else Amazon's
  std::string region{};  ///< else AWS_REGION, AWS_DEFAULT_REGION; `us-east-1` where an endpoint is given
  std::string access_key_id{};      ///< else AWS_ACCESS_KEY_ID
  std::string secret_access_key{};  ///< else AWS_SECRET_ACCESS_KEY
  std::string session_token{};      ///< else AWS_SESSION_TOKEN
  /// `https://host/bucket/name` in place of `https://bucket.host/name`; without it so where an endpoint is given or the
  /// bucket's name has a dot.
  std::optional<bool> path_style{};
  HttpOptions http{};
};

/// A bucket of Amazon S3 or of a server that speaks its protocol. An object is one PUT, signed (SigV4) with the SHA-256
/// of its bytes, so the server refuses what was changed on its way, and nothing is visible before it is whole. At most
/// 5 GiB an object, which is the protocol's limit for one PUT.
///
/// All faults of the options come in one text. `pause` outlives the store.
absl::StatusOr<std::unique_ptr<ObjectStore>> open_s3_store(S3StoreOptions options,
                                                           const runtime::Environment& environment,
                                                           RetryPause& pause);

}  // namespace streams::objects
