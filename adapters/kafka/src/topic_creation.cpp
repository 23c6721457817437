#include "topic_creation.hpp"

#include <array>
#include <thread>

#include "handles.hpp"

namespace streams::kafka {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

bool has_leaders(rd_kafka_t* client, const NewTopic& topic) {
  const TopicHandle handle(rd_kafka_topic_new(client, topic.name.c_str(), nullptr));
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(client, 0, handle.get(), &raw, 1000);
  const MetadataHandle metadata(raw);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  const auto& answer = metadata->topics[0];
  if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR || answer.partition_cnt == 0) return false;
  for (int i = 0; i < answer.partition_cnt; ++i)
    if (answer.partitions[i].leader < 0) return false;
  return true;
}

TopicCreation ask(rd_kafka_t* client, const NewTopic& topic, int patience) {
  std::array<char, 512> reason{};
  const NewTopicHandle wanted(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions,
                                                    topic.replication_factor, reason.data(), reason.size()));
  if (!wanted) return {RD_KAFKA_RESP_ERR__INVALID_ARG, reason.data()};
  for (const auto& [name, value] : topic.settings)
    rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), patience, reason.data(), reason.size());
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), patience, reason.data(), reason.size());
  const QueueHandle answers(rd_kafka_queue_new(client));
  rd_kafka_NewTopic_t* asked = wanted.get();
  rd_kafka_CreateTopics(client, &asked, 1, options.get(), answers.get());
  const EventHandle event(rd_kafka_queue_poll(answers.get(), patience + 500));
  const auto* result = event ? rd_kafka_event_CreateTopics_result(event.get()) : nullptr;
  if (result == nullptr) return {RD_KAFKA_RESP_ERR__TIMED_OUT, "no answer"};
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return {code, rd_kafka_event_error_string(event.get())};
  std::size_t count = 0;
  const auto* const* created = rd_kafka_CreateTopics_result_topics(result, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(created[i]);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return {};
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    const char* text = rd_kafka_topic_result_error_string(created[i]);
    return {code, text != nullptr && *text != '\0' ? text : rd_kafka_err2str(code)};
  }
  return {.by_us = true};
}

}  // namespace

TopicCreation create_topic(rd_kafka_t* client, const NewTopic& topic, std::chrono::milliseconds patience,
                           const std::function<bool()>& stop) {
  const auto deadline = Clock::now() + patience;
  TopicCreation creation = ask(client, topic, static_cast<int>(patience.count()));
  if (!creation.reason.empty()) return creation;
  while (!has_leaders(client, topic)) {
    if (stop()) return {RD_KAFKA_RESP_ERR__DESTROY, "stopped", creation.by_us};
    if (Clock::now() > deadline) return {RD_KAFKA_RESP_ERR__TIMED_OUT, "it has no leader", creation.by_us};
    std::this_thread::sleep_for(20ms);
  }
  return creation;
}

}  // namespace streams::kafka
