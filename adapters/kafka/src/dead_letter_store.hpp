#pragma once

#include <memory>

#include <absl/status/statusor.h>

#include <streams/runtime/dead_letter_store.hpp>

namespace streams::kafka {

/// The dead letter queue of a source that reads a topic, and its ledger, a topic beside it. Connects when it is used.
absl::StatusOr<std::unique_ptr<runtime::DeadLetterStore>> open_dead_letters(
    const runtime::DeadLetterContext& context);

}  // namespace streams::kafka
