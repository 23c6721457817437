#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <streams/runtime/log.hpp>
#include <streams/runtime/plan.hpp>

#include "client_config.hpp"
#include "topic_check.hpp"
#include "topic_creation.hpp"

// The runtime's own topics on a cluster. Nothing in them may go before it was read, whatever its time says, and
// everything goes afterwards, because the reader deletes it.

namespace streams::kafka {

/// The topic as it is made where it does not exist.
NewTopic new_internal_topic(const runtime::InternalTopic& topic, std::int32_t partitions);

/// What an operator types to make the topic by hand.
std::string creation_command(const NewTopic& topic, const std::string& address);

/// What about a topic that exists does not go with the plan, and how it is mended; nothing when all does. What the
/// broker does not tell is not judged.
std::optional<std::string> internal_topic_fault(const runtime::InternalTopic& topic, const TopicFacts& facts);

/// Makes those that are not there, and says so in the log. Returns what went wrong, with what an operator can do.
/// Blocks for up to `patience`.
std::vector<std::string> create_internal_topics(const Properties& properties, const std::string& address,
                                                std::span<const NewTopic> topics,
                                                std::chrono::milliseconds patience, runtime::Log& log);

}  // namespace streams::kafka
