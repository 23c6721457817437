#include "dlq/redrive.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <streams/output.hpp>
#include <streams/runtime/dead_letter.hpp>
#include <streams/runtime/repartition_record.hpp>

#include "dlq/redrive_ledger.hpp"

namespace streams::runtime::dlq {
namespace {

constexpr std::size_t kMostRecords = 500;
constexpr std::size_t kMostBytes = 1 << 20;

/// One pass over the queue.
class RedrivePass {
 public:
  RedrivePass(const RedriveSource& source, const RedriveOptions& options, const RedriveTools& tools,
              RedriveResult& result)
      : source_(source), options_(options), tools_(tools), result_(result) {}

  void run(DeadLetterStore& store) {
    // Opened first: from here on nobody else adds to the ledger that is read next.
    if (!options_.dry_run && !open(store)) return;
    if (!keep(ledger_.read(store))) return;
    auto ranges = store.ranges();
    if (!keep(ranges.status())) return;
    const std::vector<DeadLetterRange> wanted = narrowed(options_.filter, *std::move(ranges));
    for (const DeadLetterRange& range : wanted) {
      counts().to_look_at += static_cast<std::uint64_t>(range.end - range.begin);
      next_place_[range.partition] = range.begin;
    }
    started_ = tools_.clock.now();
    if (full()) return;
    const absl::Status status =
        store.read(wanted, [this](const Message<Bytes>& record) { return take(record); });
    if (!keep(status)) return;
    if (!result_.stopped && result_.status.ok()) write();
    if (!result_.stopped && result_.status.ok() && !full()) counts().looked_at = counts().to_look_at;
    tools_.progress(counts());
  }

 private:
  RedriveCounts& counts() { return result_.counts; }
  bool full() { return options_.limit && counts().redriven + batch_.size() >= *options_.limit; }

  /// True when the status lets the pass go on.
  bool keep(const absl::Status& status) {
    if (status.ok()) return true;
    if (absl::IsCancelled(status))
      result_.stopped = true;
    else
      result_.status = status;
    return false;
  }

  bool open(DeadLetterStore& store) {
    auto opened = store.open_redrive(options_.at_least_once);
    if (!keep(opened.status())) return false;
    redrive_ = *std::move(opened);
    return true;
  }

  /// False: no more records, please.
  bool take(const Message<Bytes>& record) {
    if (tools_.stop()) {
      result_.stopped = true;
      return false;
    }
    // Offsets have gaps, so a place counts up to itself.
    std::int64_t& next = next_place_[record.origin.partition];
    counts().looked_at += static_cast<std::uint64_t>(record.origin.offset + 1 - next);
    next = record.origin.offset + 1;
    if (counts().looked_at % kMostRecords == 0) tools_.progress(counts());

    const std::optional<DeadLetterFacts> facts = read_facts(record.headers);
    if (!facts) {
      ++counts().foreign;
      return true;
    }
    if (!passes(options_.filter, *facts) || !is_wanted(*facts)) return true;
    ledger_.add(*facts);
    if (options_.dry_run) {
      count_redriven(facts->input);
      return !full();
    }
    batch_.push_back(original_of(record, *facts));
    batch_bytes_ += record.payload.size() + record.key.size();
    if (batch_.size() < most_records() && batch_bytes_ < kMostBytes && !full()) return true;
    const bool last = full();
    return write() && !last;
  }

  bool is_wanted(const DeadLetterFacts& facts) {
    if (facts.topic != source_.topic) {
      ++counts().other_topics[facts.topic];
    } else if (facts.pipeline != source_.pipeline) {
      ++counts().other_pipelines[facts.pipeline];
    } else if (!facts.input.empty() && !source_.internal_topics.contains(facts.input)) {
      ++counts().gone_topics[facts.input];
    } else if (ledger_.has(facts)) {
      ++counts().before;
    } else if (facts.attempt >= options_.max_attempts) {
      ++counts().tried_too_often;
    } else {
      return true;
    }
    return false;
  }

  void count_redriven(const std::string& internal_topic) {
    ++counts().redriven;
    if (!internal_topic.empty()) ++counts().to_internal_topics[internal_topic];
  }

  /// A batch holds at most half a second's worth of the rate, so that the rate is even.
  std::size_t most_records() const {
    if (!options_.rate) return kMostRecords;
    return std::clamp(static_cast<std::size_t>(std::lround(*options_.rate / 2)), std::size_t{1},
                      kMostRecords);
  }

  /// Waits until the rate allows what was written so far; false when the pass is to stop.
  bool wait_for_turn() {
    if (options_.rate) {
      const std::chrono::duration<double> after(static_cast<double>(counts().redriven) / *options_.rate);
      const auto turn = started_ + std::chrono::duration_cast<std::chrono::nanoseconds>(after);
      for (auto now = tools_.clock.now(); now < turn && !tools_.stop(); now = tools_.clock.now())
        tools_.sleep(turn - now);
    }
    result_.stopped = tools_.stop();
    return !result_.stopped;
  }

  bool write() {
    if (batch_.empty()) return true;
    if (!wait_for_turn()) return false;
    if (!keep(redrive_->commit(batch_))) return false;
    for (const RedrivenRecord& one : batch_) count_redriven(one.internal_topic);
    batch_.clear();
    batch_bytes_ = 0;
    tools_.progress(counts());
    return true;
  }

  const RedriveSource& source_;
  const RedriveOptions& options_;
  const RedriveTools& tools_;
  RedriveResult& result_;
  RedriveLedger ledger_;
  std::unique_ptr<DeadLetterRedrive> redrive_;
  std::map<std::int32_t, std::int64_t> next_place_;  // by partition of the queue
  std::vector<RedrivenRecord> batch_;
  std::size_t batch_bytes_ = 0;
  std::chrono::nanoseconds started_{0};
};

}  // namespace

RedriveResult redrive(DeadLetterStore& store, const RedriveSource& source, const RedriveOptions& options,
                      const RedriveTools& tools) {
  RedriveResult result;
  RedrivePass(source, options, tools, result).run(store);
  return result;
}

RedrivenRecord original_of(const Message<Bytes>& record, const DeadLetterFacts& facts) {
  RedrivenRecord redriven;
  redriven.record.payload = record.payload;
  if (!facts.input.empty()) {
    Output envelope;
    write_repartition_record({facts.topic, facts.partition, facts.offset}, record.payload, envelope);
    redriven.record.payload = envelope.take();
    redriven.internal_topic = facts.input;
  }
  redriven.record.key = record.key;
  redriven.record.timestamp = facts.timestamp;
  for (const Header& header : record.headers) {
    const std::string_view name = header.name;
    const bool counts = name == dead_letter::kPipeline || name == dead_letter::kAttempt;
    if (counts || !name.starts_with(dead_letter::kPrefix))
      redriven.record.headers.add(header.name, header.value);
  }
  if (record.key.is_null()) redriven.partition = facts.input.empty() ? facts.partition : facts.input_partition;
  redriven.ledger = {
      .partition = record.origin.partition, .offset = record.origin.offset, .record = record_identity(facts)};
  return redriven;
}

}  // namespace streams::runtime::dlq
