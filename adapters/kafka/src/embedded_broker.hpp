#pragma once

#include <memory>

#include <absl/status/statusor.h>

#include <streams/runtime/adapter.hpp>

namespace streams::kafka {

/// librdkafka's mock cluster in this process, for a first run and fast tests. It keeps about 5 MB per
/// partition and forgets the rest without a word, has no compaction and no transactions: no guarantee can be
/// proved on it.
absl::StatusOr<std::unique_ptr<runtime::EmbeddedBroker>> make_embedded_broker(
    const runtime::AdapterContext& context);

}  // namespace streams::kafka
