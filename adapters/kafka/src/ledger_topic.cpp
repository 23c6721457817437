#include "ledger_topic.hpp"

#include <chrono>

#include <fmt/format.h>

#include "topic_creation.hpp"

namespace streams::kafka {

absl::Status create_ledger_topic(rd_kafka_t* client, const std::string& topic,
                                 const std::function<bool()>& stop) {
  const TopicCreation creation = create_topic(
      client, {.name = topic, .settings = {{"cleanup.policy", "compact"}}}, std::chrono::seconds(10), stop);
  if (creation.reason.empty()) return absl::OkStatus();
  if (stop()) return absl::CancelledError();
  return absl::UnavailableError(
      fmt::format("the ledger of redriven records, topic '{0}', cannot be created: {1}; allow this client to "
                  "create it, or create "
                  "it with cleanup.policy=compact",
                  topic, creation.reason));
}

}  // namespace streams::kafka
