#include "ledger_topic.hpp"

#include <array>
#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace streams::kafka {

namespace {

using namespace std::chrono_literals;

constexpr int kAdminTime = 10000;

absl::Status not_created(const std::string& topic, std::string_view reason) {
  return absl::UnavailableError(
      fmt::format("the ledger of redriven records, topic '{0}', cannot be created: {1}; allow this client to "
                  "create it, or create "
                  "it with cleanup.policy=compact",
                  topic, reason));
}

bool has_leader(rd_kafka_t* client, const std::string& topic) {
  const TopicHandle handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(client, 0, handle.get(), &raw, 1000);
  const MetadataHandle metadata(raw);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  const auto& answer = metadata->topics[0];
  return answer.err == RD_KAFKA_RESP_ERR_NO_ERROR && answer.partition_cnt > 0 &&
         answer.partitions[0].leader >= 0;
}

}  // namespace

absl::Status create_ledger_topic(rd_kafka_t* client, const std::string& topic,
                                 const std::function<bool()>& stop) {
  std::array<char, 512> reason{};
  const NewTopicHandle wanted(rd_kafka_NewTopic_new(topic.c_str(), 1, -1, reason.data(), reason.size()));
  if (!wanted) return not_created(topic, reason.data());
  rd_kafka_NewTopic_set_config(wanted.get(), "cleanup.policy", "compact");
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kAdminTime, reason.data(), reason.size());
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), kAdminTime, reason.data(), reason.size());
  const QueueHandle answers(rd_kafka_queue_new(client));
  rd_kafka_NewTopic_t* asked = wanted.get();
  rd_kafka_CreateTopics(client, &asked, 1, options.get(), answers.get());
  const EventHandle event(rd_kafka_queue_poll(answers.get(), kAdminTime + 500));
  const auto* result = event ? rd_kafka_event_CreateTopics_result(event.get()) : nullptr;
  if (result == nullptr) return not_created(topic, "no answer");
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return not_created(topic, rd_kafka_event_error_string(event.get()));
  std::size_t count = 0;
  const auto* const* created = rd_kafka_CreateTopics_result_topics(result, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(created[i]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
    const char* text = rd_kafka_topic_result_error_string(created[i]);
    return not_created(topic, text != nullptr ? text : rd_kafka_err2str(code));
  }
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!has_leader(client, topic)) {
    if (stop()) return absl::CancelledError();
    if (std::chrono::steady_clock::now() > deadline) return not_created(topic, "it has no leader");
    std::this_thread::sleep_for(50ms);
  }
  return absl::OkStatus();
}

}  // namespace streams::kafka
