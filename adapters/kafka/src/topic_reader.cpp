#include "topic_reader.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

namespace streams::kafka {

namespace {

using namespace std::chrono_literals;
using runtime::DeadLetterRange;

constexpr auto kReadPatience = 30s;
constexpr int kReadTime = 8000;
constexpr int kPollTime = 100;

absl::Status no_answer(const std::string& client, const std::string& topic, std::string_view reason) {
  return absl::UnavailableError(fmt::format(
      "{}: topic '{}' cannot be read: {}; check that its brokers are up and that this client may read it",
      client, topic, reason));
}

}  // namespace

absl::StatusOr<std::unique_ptr<TopicReader>> TopicReader::make(Properties properties, std::string name,
                                                               runtime::Log& log,
                                                               std::function<bool()> stop) {
  set_property(properties, {"isolation.level", "read_committed", false, ""});
  set_property(properties, {"enable.partition.eof", "true", false, ""});
  // What retention takes away while the topic is read is not there any more, and no error.
  set_property(properties, {"auto.offset.reset", "earliest", false, ""});
  auto client = LoggedClient::make(RD_KAFKA_CONSUMER, properties, name, log);
  if (!client.ok()) return client.status();
  rd_kafka_poll_set_consumer((*client)->get());
  return std::unique_ptr<TopicReader>(new TopicReader(*std::move(client), std::move(name), std::move(stop)));
}

absl::StatusOr<std::int32_t> TopicReader::partitions(const std::string& topic) {
  const TopicHandle handle(rd_kafka_topic_new(client(), topic.c_str(), nullptr));
  if (!handle) return absl::InvalidArgumentError(fmt::format("'{}' cannot be the name of a topic", topic));
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(client(), 0, handle.get(), &raw, kReadTime);
  const MetadataHandle metadata(raw);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return no_answer(name_, topic, rd_kafka_err2str(code));
  const auto& answer = metadata->topics[0];
  if (answer.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || answer.err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    return 0;
  if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR && answer.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
    return no_answer(name_, topic, rd_kafka_err2str(answer.err));
  return answer.partition_cnt;
}

absl::StatusOr<std::vector<DeadLetterRange>> TopicReader::ranges(const std::string& topic) {
  const auto count = partitions(topic);
  if (!count.ok()) return count.status();
  std::vector<DeadLetterRange> ranges;
  for (std::int32_t partition = 0; partition < *count; ++partition) {
    DeadLetterRange range{.partition = partition};
    const auto code = rd_kafka_query_watermark_offsets(client(), topic.c_str(), partition, &range.begin,
                                                       &range.end, kReadTime);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return no_answer(name_, topic, rd_kafka_err2str(code));
    if (stop_()) return absl::CancelledError();
    ranges.push_back(range);
  }
  return ranges;
}

absl::Status TopicReader::read(const std::string& topic, std::span<const DeadLetterRange> ranges,
                               const std::function<bool(const rd_kafka_message_t& message)>& record) {
  std::map<std::int32_t, std::int64_t> ends;  // of the partitions that are not read to their end yet
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(ranges.size())));
  for (const DeadLetterRange& range : ranges) {
    if (range.begin >= range.end) continue;
    ends[range.partition] = range.end;
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), range.partition)->offset = range.begin;
  }
  if (ends.empty()) return absl::OkStatus();
  if (const auto code = rd_kafka_assign(client(), list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return no_answer(name_, topic, rd_kafka_err2str(code));
  absl::Status status;
  std::string reason = "no answer";
  auto deadline = std::chrono::steady_clock::now() + kReadPatience;
  while (!ends.empty() && status.ok()) {
    if (stop_()) {
      status = absl::CancelledError();
      break;
    }
    const MessageHandle message(rd_kafka_consumer_poll(client(), kPollTime));
    const bool is_record = message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    const bool is_end = message && message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (is_record || is_end) {
      const auto end = ends.find(message->partition);
      if (end == ends.end()) continue;
      if (is_record && message->offset < end->second && !record(*message)) break;
      // The last offsets may be markers of transactions, which nobody gets to see.
      if (is_end || message->offset + 1 >= end->second) ends.erase(end);
      deadline = std::chrono::steady_clock::now() + kReadPatience;
      continue;
    }
    if (message) {
      reason = rd_kafka_message_errstr(message.get());
      if (message->err == RD_KAFKA_RESP_ERR__FATAL ||
          message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
          message->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        status = no_answer(name_, topic, reason);
    }
    if (std::chrono::steady_clock::now() > deadline) status = no_answer(name_, topic, reason);
  }
  rd_kafka_assign(client(), nullptr);
  return status;
}

}  // namespace streams::kafka
