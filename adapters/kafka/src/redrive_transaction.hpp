#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include <streams/runtime/dead_letter_store.hpp>

#include "logged_client.hpp"

namespace streams::kafka {

/// A topic that a redrive writes to.
struct RedriveTopic {
  std::string name;
  std::int32_t partitions = 0;
  /// A producer's, for one on another cluster: then the ledger's transaction does not cover its records.
  std::optional<Properties> client{};
};

/// Which topics a redrive writes, and with which clients.
struct RedrivePlan {
  std::string pipeline;
  std::string queue;
  std::string ledger;
  Properties ledger_client;  ///< a producer's
  RedriveTopic source;
  std::vector<RedriveTopic> internal_topics{};
};

/// Fences what may still be open elsewhere and opens the redrive. Blocks for up to half a minute; `stop` ends that
/// (Cancelled).
absl::StatusOr<std::unique_ptr<runtime::DeadLetterRedrive>> open_redrive(const RedrivePlan& plan,
                                                                         runtime::Log& log,
                                                                         const std::function<bool()>& stop);

}  // namespace streams::kafka
