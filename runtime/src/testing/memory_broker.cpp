#include "testing/memory_broker.hpp"

#include <algorithm>
#include <functional>

namespace streams::testing {
namespace {

using runtime::PartitionId;
using runtime::PartitionOffset;
using runtime::SourceRecord;

/// Copies of the records, so that a step that reads one after its batch has gone is seen by a sanitizer.
class MemoryBatch final : public runtime::RecordBatch {
 public:
  void add(const std::string& topic, const Record& record, std::int64_t offset, PartitionId id) {
    SourceRecord out;
    if (record.key) out.envelope.key = keep(*record.key);
    for (const auto& [name, value] : record.headers) out.envelope.headers.add(name, Bytes::copy_of(value));
    out.envelope.timestamp = Timestamp(std::chrono::milliseconds(record.timestamp));
    out.envelope.origin = {.topic = topic, .partition = record.partition, .offset = offset};
    if (record.value) out.payload = keep(*record.value);
    out.partition = id;
    originals_.push_back({out.envelope.lend(), out.payload.lend(), id});
    records_.push_back(std::move(out));
  }

  SourceRecord original(std::size_t index) override {
    const SourceRecord& record = originals_[index];
    return {record.envelope.lend(), record.payload.lend(), record.partition};
  }
  std::span<SourceRecord> records() noexcept override { return records_; }
  std::size_t bytes() const noexcept override { return bytes_; }

 private:
  Bytes keep(const std::string& text) {
    texts_.push_back(text);
    bytes_ += text.size();
    return Bytes::borrow(*this, texts_.back());
  }
  void release() noexcept override { delete this; }

  std::deque<std::string> texts_;
  std::vector<SourceRecord> records_;
  std::vector<SourceRecord> originals_;
  std::size_t bytes_ = 0;
};

}  // namespace

MemoryBroker::Topic& MemoryBroker::topic(std::string_view name) {
  auto found = topics_.find(name);
  if (found == topics_.end()) {
    auto topic = std::make_unique<Topic>();
    topic->name = name;
    topic->partitions.resize(static_cast<std::size_t>(partitions_));
    found = topics_.emplace(std::string(name), std::move(topic)).first;
  }
  return *found->second;
}

const MemoryBroker::Topic* MemoryBroker::find(std::string_view name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : found->second.get();
}

void MemoryBroker::append(std::string_view name, Record record) {
  Topic& to = topic(name);
  to.arrivals.push_back(record);
  to.partitions.at(static_cast<std::size_t>(record.partition)).push_back(std::move(record));
}

MemorySource::MemorySource(MemoryBroker& broker, const std::vector<runtime::PlannedSource>& sources,
                           std::size_t worker, std::size_t workers)
    : broker_(broker), worker_(worker), workers_(workers) {
  for (const runtime::PlannedSource& source : sources) {
    MemoryBroker::Topic& topic = broker.topic(source.topic);
    readings_.push_back({topic, topic.committed[source.group]});
    readings_.back().committed.resize(topic.partitions.size(), -1);
  }
}

absl::Status MemorySource::start(runtime::SourceEvents& events) {
  events_ = &events;
  for (std::size_t source = 0; source < readings_.size(); ++source) {
    for (std::size_t i = worker_; i < readings_[source].topic.partitions.size(); i += workers_)
      asked_.push_back({Ask::assign, source, static_cast<std::int32_t>(i)});
  }
  return absl::OkStatus();
}

std::optional<std::size_t> MemorySource::source_of(std::string_view topic) const {
  const auto found = std::find_if(readings_.begin(), readings_.end(),
                                  [topic](const Reading& reading) { return reading.topic.name == topic; });
  if (found == readings_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - readings_.begin());
}

void MemorySource::ask(Ask what, std::string_view topic, std::int32_t partition) {
  asked_.push_back({what, source_of(topic).value(), partition});
}

bool MemorySource::serves(std::string_view topic, std::int32_t partition) const {
  return source_of(topic) && static_cast<std::size_t>(partition) % workers_ == worker_;
}

void MemorySource::assign(std::size_t source, std::int32_t partition) {
  const Reading& reading = readings_[source];
  std::int64_t& committed = reading.committed[static_cast<std::size_t>(partition)];
  if (committed < 0) committed = 0;
  current_.push_back({.id = next_id_++, .source = source, .partition = partition, .position = committed});
  const runtime::Assignment assignment{.id = current_.back().id,
                                       .topic = reading.topic.name,
                                       .partition = partition,
                                       .position = committed,
                                       .source = source};
  events_->assigned({&assignment, 1});
}

void MemorySource::poll() {
  if (broker_.source_failure) {
    events_->source_failed(*broker_.source_failure);
    return;
  }
  if (auto offsets = std::exchange(committing_, std::nullopt)) {
    if (broker_.failing_commits > 0) {
      --broker_.failing_commits;
      events_->committed(absl::UnavailableError("the test fails this commit"));
    } else {
      for (const PartitionOffset& offset : *offsets) {
        if (const Current* held = find(offset.id)) {
          readings_[held->source].committed[static_cast<std::size_t>(held->partition)] = offset.offset;
        }
      }
      events_->committed(absl::OkStatus());
    }
  }
  for (const auto& [what, source, partition] : std::exchange(asked_, {})) {
    if (what == Ask::assign) {
      assign(source, partition);
      continue;
    }
    const auto id = id_of(readings_[source].topic.name, partition);
    if (!id) continue;
    if (what == Ask::revoke) {
      find(*id)->readable = false;
      events_->revoked({&*id, 1});
    } else {
      std::erase_if(current_, [&](const Current& held) { return held.id == *id; });
      events_->lost({&*id, 1});
    }
  }
}

runtime::BatchRef MemorySource::take(std::size_t max_records) {
  auto* batch = new MemoryBatch;
  runtime::BatchRef reference(*batch);
  std::size_t count = 0;
  for (Current& held : current_) {
    if (!held.readable || held.parked) continue;
    const MemoryBroker::Topic& topic = readings_[held.source].topic;
    const auto& records = topic.partitions[static_cast<std::size_t>(held.partition)];
    while (count < max_records && held.position < static_cast<std::int64_t>(records.size())) {
      batch->add(topic.name, records[static_cast<std::size_t>(held.position)], held.position, held.id);
      ++held.position;
      ++count;
    }
  }
  return count == 0 ? runtime::BatchRef() : reference;
}

void MemorySource::commit(std::span<const PartitionOffset> offsets) {
  committing_ = std::vector<PartitionOffset>(offsets.begin(), offsets.end());
}

void MemorySource::release(std::span<const PartitionId> partitions) {
  for (const PartitionId id : partitions) {
    std::erase_if(current_, [id](const Current& held) { return held.id == id; });
  }
}

void MemorySource::rewind(PartitionId partition, std::int64_t offset) {
  find(partition)->position = offset;
}

void MemorySource::park(PartitionId partition, bool parked) {
  if (Current* held = find(partition)) held->parked = parked;
}

void MemorySource::leave(bool) {
  leaving_ = true;
  for (const Current& held : current_) asked_.push_back({Ask::revoke, held.source, held.partition});
}

std::optional<PartitionId> MemorySource::id_of(std::string_view topic, std::int32_t partition) const {
  for (const Current& held : current_) {
    if (held.partition == partition && readings_[held.source].topic.name == topic) return held.id;
  }
  return std::nullopt;
}

std::int64_t MemorySource::end_of(PartitionId id) const {
  const Current* held = find(id);
  if (held == nullptr) return -1;
  const MemoryBroker::Topic& topic = readings_[held->source].topic;
  return static_cast<std::int64_t>(topic.partitions[static_cast<std::size_t>(held->partition)].size());
}

const MemorySource::Current* MemorySource::find(PartitionId id) const {
  return const_cast<MemorySource*>(this)->find(id);
}

MemorySource::Current* MemorySource::find(PartitionId id) {
  const auto found =
      std::find_if(current_.begin(), current_.end(), [id](const Current& c) { return c.id == id; });
  return found == current_.end() ? nullptr : &*found;
}

absl::Status MemorySink::start(runtime::SinkEvents& events) {
  events_ = &events;
  return absl::OkStatus();
}

bool MemorySink::send(const runtime::OutgoingRecord& out) {
  if (pending_.size() >= broker_.sink_room) return false;
  Pending pending{.token = out.token, .sink = out.sink, .record = {}};
  Record& record = pending.record;
  if (!out.payload->is_null()) record.value = out.payload->str();
  if (!out.envelope->key.is_null()) record.key = out.envelope->key.str();
  for (const Header& header : out.envelope->headers)
    record.headers.emplace_back(header.name, header.value.str());
  record.timestamp = out.envelope->timestamp.time_since_epoch().count();
  const auto partitions = broker_.topic(topics_[out.sink]).partitions.size();
  const std::int32_t keyless =
      out.keyless_partition < 0 ? out.envelope->origin.partition : out.keyless_partition;
  const auto spread = record.key ? std::hash<std::string>{}(*record.key)
                                 : static_cast<std::size_t>(std::max(0, keyless));
  record.partition = static_cast<std::int32_t>(spread % partitions);
  pending_.push_back(std::move(pending));
  return true;
}

void MemorySink::poll() {
  if (broker_.sink_failure) {
    events_->sink_failed(*broker_.sink_failure);
    return;
  }
  if (broker_.corked) return;
  while (!pending_.empty()) {
    Pending pending = std::move(pending_.front());
    pending_.pop_front();
    const std::string& topic = topics_[pending.sink];
    if (const auto refuse = broker_.refuse_next.find(topic); refuse != broker_.refuse_next.end()) {
      const std::string text = refuse->second;
      broker_.refuse_next.erase(refuse);
      events_->refused(pending.token, text);
      continue;
    }
    broker_.append(topic, std::move(pending.record));
    events_->delivered(pending.token);
  }
}

}  // namespace streams::testing
