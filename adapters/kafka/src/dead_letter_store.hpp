#pragma once

#include <memory>

#include <absl/status/statusor.h>

#include <streams/runtime/dead_letter_store.hpp>

namespace streams::kafka {

/// The dead letter queue of a source that reads a topic, and its ledger, a topic beside it. Blocks for up to ten
/// seconds: the queue must be there.
absl::StatusOr<std::unique_ptr<runtime::DeadLetterStore>> open_dead_letters(
    const runtime::DeadLetterContext& context);

}  // namespace streams::kafka
