#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <absl/status/statusor.h>

#include <streams/runtime/dead_letter_store.hpp>

#include "logged_client.hpp"

namespace streams::kafka {

/// Which topics a redrive writes, and with which clients.
struct RedrivePlan {
  std::string pipeline;
  std::string queue;
  std::string ledger;
  std::string topic;  ///< of the source
  std::int32_t partitions = 0;
  Properties ledger_client;  ///< a producer's
  /// A producer's, for a source on another cluster: then the ledger's transaction does not cover the records.
  std::optional<Properties> source_client;
};

/// Fences what may still be open elsewhere and opens the redrive. Blocks for up to half a minute; `stop` ends that
/// (Cancelled).
absl::StatusOr<std::unique_ptr<runtime::DeadLetterRedrive>> open_redrive(const RedrivePlan& plan,
                                                                         runtime::Log& log,
                                                                         const std::function<bool()>& stop);

}  // namespace streams::kafka
