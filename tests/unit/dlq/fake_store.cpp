#include "fake_store.hpp"

#include <streams/runtime/dead_letter.hpp>

namespace streams::runtime::dlq {
namespace {

class FakeRedrive final : public DeadLetterRedrive {
 public:
  explicit FakeRedrive(FakeStore& store) : store_(store) {}

  absl::Status commit(std::span<const RedrivenRecord> batch) override {
    if (store_.batches.size() == store_.failing_commit) return absl::UnavailableError("the broker is gone");
    store_.batches.push_back(batch.size());
    for (const RedrivenRecord& one : batch) {
      store_.source.push_back(one);
      store_.ledger.push_back(one.ledger);
    }
    return absl::OkStatus();
  }

 private:
  FakeStore& store_;
};

}  // namespace

DeadLetterFacts sample_facts(std::int64_t offset) {
  return {.pipeline = "metrics",
          .segment = "0",
          .step = "parser",
          .error = "parse",
          .message = "byte 7 is no number",
          .topic = "in",
          .partition = 0,
          .offset = offset,
          .timestamp = Timestamp(std::chrono::milliseconds(1000 + offset)),
          .attempt = 1,
          .time = Timestamp(std::chrono::milliseconds(2000 + offset))};
}

Message<Bytes> letter_of(const DeadLetterFacts& facts, const std::string& value) {
  using namespace dead_letter;
  Message<Bytes> record;
  record.payload = Bytes::copy_of(value);
  record.key = Bytes::copy_of("key");
  record.timestamp = facts.timestamp;
  record.headers.add("trace", Bytes::copy_of("t1"));
  const auto count = [](Timestamp time) { return std::to_string(time.time_since_epoch().count()); };
  const std::pair<std::string_view, std::string> all[] = {{kPipeline, facts.pipeline},
                                                          {kSegment, facts.segment},
                                                          {kStep, facts.step},
                                                          {kError, facts.error},
                                                          {kMessage, facts.message},
                                                          {kTopic, facts.topic},
                                                          {kPartition, std::to_string(facts.partition)},
                                                          {kOffset, std::to_string(facts.offset)},
                                                          {kTimestamp, count(facts.timestamp)},
                                                          {kAttempt, std::to_string(facts.attempt)},
                                                          {kTime, count(facts.time)}};
  for (const auto& [name, text] : all) record.headers.add(std::string(name), Bytes::copy_of(text));
  if (facts.input.empty()) return record;
  record.headers.add(std::string(kInput), Bytes::copy_of(facts.input));
  record.headers.add(std::string(kInputPartition), Bytes::copy_of(std::to_string(facts.input_partition)));
  record.headers.add(std::string(kInputOffset), Bytes::copy_of(std::to_string(facts.input_offset)));
  return record;
}

void FakeStore::add(const DeadLetterFacts& facts, const std::string& value) {
  Message<Bytes> record = letter_of(facts, value);
  record.origin = {"in.dlq", 0, static_cast<std::int64_t>(queue[0].size())};
  queue[0].push_back(std::move(record));
}

absl::StatusOr<std::vector<DeadLetterRange>> FakeStore::ranges() {
  std::vector<DeadLetterRange> ranges;
  for (const auto& [partition, records] : queue)
    ranges.push_back({partition, 0, static_cast<std::int64_t>(records.size())});
  return ranges;
}

absl::Status FakeStore::read(std::span<const DeadLetterRange> ranges,
                             const std::function<bool(const Message<Bytes>&)>& record) {
  for (const DeadLetterRange& range : ranges) {
    for (std::int64_t offset = range.begin; offset < range.end; ++offset) {
      if (!record(queue.at(range.partition).at(static_cast<std::size_t>(offset)))) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

absl::Status FakeStore::read_ledger(const std::function<void(const LedgerEntry&)>& entry) {
  for (const LedgerEntry& one : ledger) entry(one);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<DeadLetterRedrive>> FakeStore::open_redrive(bool) {
  ++opened;
  if (!open_status.ok()) return open_status;
  return std::make_unique<FakeRedrive>(*this);
}

}  // namespace streams::runtime::dlq
