#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "support/kafka_client.hpp"

namespace streams::tests {

/// What the header `streams.dlq.FACT` of a dead letter says; throws std::runtime_error when it has none.
std::string dead_letter_fact(const KafkaRecord& record, const std::string& fact);

/// Adds a header `streams.dlq.FACT` for each, in their order.
void add_dead_letter_facts(KafkaRecord& record, const std::map<std::string, std::string>& facts);

/// The record that was refused: at the place that the headers name, and without what the queue has added.
KafkaRecord refused_record(KafkaRecord dead_letter);

/// Adds what a redrive leaves of the queue's headers: whose attempts there were, and how many.
void add_redrive_facts(KafkaRecord& record, const std::string& pipeline, int attempts);

/// All of a record that a producer chooses: for multisets of records, wherever they are.
inline auto content_of(const KafkaRecord& record) {
  return std::tuple(record.key, record.value, record.headers, record.timestamp_ms);
}
/// The content and where it is.
inline auto place_and_content_of(const KafkaRecord& record) {
  return std::tuple(record.partition, record.offset, content_of(record));
}

}  // namespace streams::tests
