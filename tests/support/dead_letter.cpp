#include "support/dead_letter.hpp"

#include <stdexcept>
#include <string_view>

namespace streams::tests {

namespace {

constexpr std::string_view kPrefix = "streams.dlq.";

}  // namespace

std::string dead_letter_fact(const KafkaRecord& record, const std::string& fact) {
  const std::string wanted = std::string(kPrefix) + fact;
  for (const auto& [name, value] : record.headers)
    if (name == wanted) return value.value();
  throw std::runtime_error("a dead letter without " + wanted);
}

void add_dead_letter_facts(KafkaRecord& record, const std::map<std::string, std::string>& facts) {
  for (const auto& [name, value] : facts) record.headers.emplace_back(std::string(kPrefix) + name, value);
}

KafkaRecord refused_record(KafkaRecord dead_letter) {
  dead_letter.partition = std::stoi(dead_letter_fact(dead_letter, "partition"));
  dead_letter.offset = std::stoll(dead_letter_fact(dead_letter, "offset"));
  std::erase_if(dead_letter.headers, [](const auto& header) { return header.first.starts_with(kPrefix); });
  return dead_letter;
}

void add_redrive_facts(KafkaRecord& record, const std::string& pipeline, int attempts) {
  add_dead_letter_facts(record, {{"pipeline", pipeline}});
  add_dead_letter_facts(record, {{"attempt", std::to_string(attempts)}});
}

}  // namespace streams::tests
