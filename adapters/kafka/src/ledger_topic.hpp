#pragma once

#include <functional>
#include <string>

#include <absl/status/status.h>

#include "handles.hpp"

namespace streams::kafka {

/// Creates a compacted topic of one partition, in which the newest entry of a key stays for good, and waits until it
/// can be written. One that is there already stays as it is.
absl::Status create_ledger_topic(rd_kafka_t* client, const std::string& topic,
                                 const std::function<bool()>& stop);

}  // namespace streams::kafka
