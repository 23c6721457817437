#include "sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "message_headers.hpp"
#include "record_size.hpp"

namespace streams::kafka {

namespace {

constexpr int kFlushTime = 5;
constexpr std::chrono::seconds kProbePause{1};
constexpr std::size_t kPlainOverhead = 100;  // more than a batch and a record without headers add

// Where each part of a record is in `ProduceFields`; headers are last because they may be left out.
constexpr std::size_t kTopicField = 0, kValueField = 1, kKeyField = 2, kOpaqueField = 3, kTimestampField = 4,
                      kPartitionField = 5, kHeadersField = 6, kFieldCount = 7;
static_assert(std::tuple_size_v<ProduceFields> == kFieldCount);
constexpr std::int64_t kTimeOfSending = 0;  // what librdkafka takes for "now"

/// The fields of records for `topic`: all but the values that differ from record to record.
ProduceFields fields_for(rd_kafka_topic_t& topic) {
  ProduceFields fields{};
  fields[kTopicField].vtype = RD_KAFKA_VTYPE_RKT;
  fields[kTopicField].u.rkt = &topic;
  fields[kValueField].vtype = RD_KAFKA_VTYPE_VALUE;
  fields[kKeyField].vtype = RD_KAFKA_VTYPE_KEY;
  fields[kOpaqueField].vtype = RD_KAFKA_VTYPE_OPAQUE;
  fields[kTimestampField].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
  fields[kPartitionField].vtype = RD_KAFKA_VTYPE_PARTITION;
  fields[kHeadersField].vtype = RD_KAFKA_VTYPE_HEADERS;
  return fields;
}

/// Null bytes are a null pointer.
decltype(rd_kafka_vu_t::u.mem) as_memory(const Bytes& bytes) {
  return {.ptr = const_cast<char*>(bytes.data()), .size = bytes.size()};
}

std::optional<std::size_t> size_of(const Bytes& bytes) {
  return bytes.is_null() ? std::nullopt : std::optional(bytes.size());
}

/// Calls `see` with the length of each header's name, and with its value's: nothing for null.
template <class See>
void for_each_length(const RecordHeaders& headers, See see) {
  if (headers.own != nullptr)
    for_each_header(*headers.own, [&](std::string_view name, const char* value, std::size_t size) {
      see(name.size(), value == nullptr ? std::nullopt : std::optional(size));
    });
  if (headers.changed != nullptr)
    for (const Header& header : *headers.changed) see(header.name.size(), size_of(header.value));
}

/// Not less than what headers add to a record, and found with a few additions.
[[gnu::noinline]] std::size_t rough_size(const RecordHeaders& headers) {
  constexpr std::size_t kLengths = 20;  // more than the lengths of a header's name and value take
  std::size_t size = 0;
  for_each_length(headers, [&](std::size_t name, std::optional<std::size_t> value) {
    size += name + value.value_or(0) + kLengths;
  });
  return size;
}

/// False when `fault_of` would find nothing: the few comparisons that every record can afford.
bool may_be_at_fault(const TopicFacts& facts, const runtime::OutgoingRecord& record,
                     const RecordHeaders& headers, Timestamp now) {
  const Envelope& envelope = *record.envelope;
  if (facts.needs_key && envelope.key.is_null()) return true;
  std::size_t size = envelope.key.size() + record.payload->size() + kPlainOverhead;
  if (headers.own != nullptr || headers.changed != nullptr) size += rough_size(headers);
  if (facts.max_message_bytes > 0 && size > static_cast<std::size_t>(facts.max_message_bytes)) return true;
  const auto ahead = envelope.timestamp - now;
  return envelope.timestamp != kNoTimestamp && (ahead > facts.newest || ahead < -facts.oldest);
}

std::size_t exact_size(const runtime::OutgoingRecord& record, const RecordHeaders& headers) {
  RecordSize size(size_of(record.envelope->key), size_of(*record.payload));
  for_each_length(headers,
                  [&](std::size_t name, std::optional<std::size_t> value) { size.add_header(name, value); });
  return size.bytes();
}

HeadersHandle new_headers(const Headers& headers) {
  HeadersHandle made(rd_kafka_headers_new(headers.size()));
  for (const Header& header : headers)
    rd_kafka_header_add(made.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.is_null() ? nullptr : header.value.data(),
                        static_cast<ssize_t>(header.value.size()));
  return made;
}

/// Spares a new producer half a second. librdkafka 2.15 asks for its producer id when metadata comes, if a broker
/// is connected, and else every 500 ms; the first metadata closes the bootstrap connection that it came by. The
/// second comes by one that stays.
void prompt_producer_id(rd_kafka_t& client) {
  constexpr int kLongest = 500;
  constexpr int kLocalTopics = 0;
  for (int i = 0; i < 2; ++i) {
    const rd_kafka_metadata_t* raw = nullptr;
    rd_kafka_metadata(&client, kLocalTopics, nullptr, &raw, kLongest);
    const MetadataHandle metadata(raw);
  }
}

}  // namespace

KafkaSink::Producer::Producer(ProducerPlan of, KafkaSink& owner, runtime::Log& log)
    : plan(std::move(of)),
      bridge(log, plan.name),
      outage(log, plan.name),
      opaque{&bridge, this},
      sink(owner) {}

KafkaSink::KafkaSink(std::vector<ProducerPlan> producers, std::vector<SinkPlan> sinks,
                     const HeaderReader& source_headers, KafkaWaiter& waiter, const runtime::Clock& clock,
                     runtime::Log& log)
    : plans_(std::move(sinks)), source_headers_(source_headers), waiter_(waiter), clock_(clock), log_(log) {
  for (auto& producer : producers)
    producers_.push_back(std::make_unique<Producer>(std::move(producer), *this, log_));
}

KafkaSink::~KafkaSink() {
  closing_ = true;
  for (const auto& producer : producers_) {
    if (!producer->client) continue;
    KafkaWaiter::forget(*producer->reports);
    // What is still on its way was given up by the worker; without this, destroying would wait for it to be
    // sent.
    rd_kafka_purge(producer->client.get(),
                   RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
    rd_kafka_poll(producer->client.get(), 0);
  }
  targets_.clear();
  for (const auto& producer : producers_) {
    producer->reports.reset();
    producer->probe_answers.reset();
  }
}

absl::Status KafkaSink::start(runtime::SinkEvents& events) {
  events_ = &events;
  now_ = std::chrono::time_point_cast<Timestamp::duration>(clock_.calendar());
  for (const auto& producer : producers_) {
    auto conf = make_conf(producer->plan.properties);
    if (!conf.ok()) return conf.status();
    rd_kafka_conf_set_opaque(conf->get(), &producer->opaque);
    rd_kafka_conf_set_log_cb(conf->get(), write_client_log);
    rd_kafka_conf_set_dr_msg_cb(conf->get(), on_report);
    rd_kafka_conf_set_error_cb(conf->get(), on_error);
    std::array<char, 512> reason{};
    producer->client.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf->get(), reason.data(), reason.size()));
    if (!producer->client)
      return absl::InvalidArgumentError(fmt::format("{}: {}", producer->plan.name, reason.data()));
    [[maybe_unused]] auto* taken_by_the_client = conf->release();
    producer->reports.reset(rd_kafka_queue_get_main(producer->client.get()));
    producer->probe_answers.reset(rd_kafka_queue_new(producer->client.get()));
    waiter_.watch(*producer->reports);
    if (const auto* size = find_property(producer->plan.properties, "batch.size"))
      producer->batch_size = std::strtoll(size->c_str(), nullptr, 10);
  }
  for (auto& plan : plans_) {
    Target target{.plan = std::move(plan)};
    target.producer = producers_[target.plan.producer].get();
    target.topic.reset(rd_kafka_topic_new(target.producer->client.get(), target.plan.topic.c_str(), nullptr));
    if (!target.topic)
      return absl::InvalidArgumentError(fmt::format("step '{}': cannot write to topic '{}': {}",
                                                    target.plan.step, target.plan.topic,
                                                    rd_kafka_err2str(rd_kafka_last_error())));
    target.fields = fields_for(*target.topic);
    targets_.push_back(std::move(target));
  }
  plans_.clear();
  for (const auto& producer : producers_) prompt_producer_id(*producer->client);
  return absl::OkStatus();
}

RecordHeaders KafkaSink::headers_of(const Headers& headers) {
  RecordHeaders found;
  if (const void* record = headers.unchanged_record(source_headers_)) {
    // A source's records are its messages, and they are this worker's alone.
    found.own = take_headers(*static_cast<rd_kafka_message_t*>(const_cast<void*>(record)));
  } else if (!headers.empty()) {
    found.changed = &headers;
  }
  return found;
}

/// A message's own headers may be wanted again: by another branch, by a dead letter, when the queue is full. So they
/// are copied, unless librdkafka hands them out and reads them anew from the fetched bytes when asked again. It does
/// (2.15), but does not say so; the first message with headers shows it.
HeadersHandle KafkaSink::take_headers(rd_kafka_message_t& message) {
  rd_kafka_headers_t* raw = nullptr;
  if (taking_ == Taking::leaves_headers) {
    rd_kafka_message_detach_headers(&message, &raw);
    return HeadersHandle(raw);
  }
  if (rd_kafka_message_headers(&message, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  HeadersHandle copy(rd_kafka_headers_copy(raw));
  if (taking_ == Taking::untried) {
    rd_kafka_message_detach_headers(&message, &raw);
    HeadersHandle taken(raw);
    rd_kafka_headers_t* again = nullptr;
    const bool leaves = rd_kafka_message_headers(&message, &again) == RD_KAFKA_RESP_ERR_NO_ERROR &&
                        rd_kafka_header_cnt(again) == rd_kafka_header_cnt(taken.get());
    taking_ = leaves ? Taking::leaves_headers : Taking::leaves_none;
    if (!leaves) rd_kafka_message_set_headers(&message, taken.release());
  }
  return copy;
}

bool KafkaSink::send(const runtime::OutgoingRecord& record) {
  Target& target = targets_[record.sink];
  const Envelope& envelope = *record.envelope;
  RecordHeaders found = headers_of(envelope.headers);
  if (may_be_at_fault(target.plan.facts, record, found, now_)) [[unlikely]] {
    if (const std::string fault = fault_of(target, record, found); !fault.empty()) {
      events_->refused(record.token, fault);
      return true;
    }
  }
  HeadersHandle headers = found.changed == nullptr ? std::move(found.own) : new_headers(*found.changed);

  ProduceFields& fields = target.fields;
  fields[kValueField].u.mem = as_memory(*record.payload);
  fields[kKeyField].u.mem = as_memory(envelope.key);
  fields[kOpaqueField].u.ptr = record.token;
  fields[kTimestampField].u.i64 =
      envelope.timestamp == kNoTimestamp ? kTimeOfSending : envelope.timestamp.time_since_epoch().count();
  const bool by_origin =
      record.keyless_partition >= 0 && envelope.key.is_null() && target.plan.facts.partitions > 0;
  fields[kPartitionField].u.i32 =
      by_origin ? record.keyless_partition % target.plan.facts.partitions : RD_KAFKA_PARTITION_UA;
  fields[kHeadersField].u.headers = headers.get();
  const std::size_t count = headers ? kFieldCount : kHeadersField;

  const ErrorHandle error(rd_kafka_produceva(target.producer->client.get(), fields.data(), count));
  if (!error) {
    [[maybe_unused]] auto* taken_by_the_record = headers.release();
    return true;
  }
  const auto code = rd_kafka_error_code(error.get());
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
  return refuse_or_fail(target, record.token, code);
}

void KafkaSink::poll() {
  now_ = std::chrono::time_point_cast<Timestamp::duration>(clock_.calendar());
  const bool flush = std::exchange(flush_wanted_, false);
  for (const auto& producer : producers_) {
    if (flush && rd_kafka_outq_len(producer->client.get()) > 0)
      rd_kafka_flush(producer->client.get(), kFlushTime);
    rd_kafka_poll(producer->client.get(), 0);
    if (producer->outage.lasts()) probe(*producer);
  }
}

void KafkaSink::probe(Producer& producer) const {
  const auto now = clock_.now();
  if (!producer.probing) {
    if (now < producer.next_probe) return;
    ask_cluster(producer.client.get(), producer.probe_answers.get());
    producer.probing = true;
    return;
  }
  const EventHandle answer(rd_kafka_queue_poll(producer.probe_answers.get(), 0));
  if (!answer) return;
  producer.probing = false;
  producer.next_probe = now + kProbePause;
  if (rd_kafka_event_error(answer.get()) == RD_KAFKA_RESP_ERR_NO_ERROR) producer.outage.end();
}

void KafkaSink::on_report(rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* opaque) noexcept {
  auto& producer = *static_cast<Producer*>(static_cast<ClientOpaque*>(opaque)->owner);
  producer.sink.report(producer, *message);
}

void KafkaSink::report(Producer& producer, const rd_kafka_message_t& message) {
  if (closing_ || failed_) return;
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (producer.outage.lasts()) producer.outage.end();
    return events_->delivered(message._private);
  }
  for (const Target& target : targets_) {
    if (target.topic.get() != message.rkt && target.plan.topic != rd_kafka_topic_name(message.rkt)) continue;
    if (target.producer != &producer) continue;
    // A record that is larger than a batch may be travels alone: the refusal is its own.
    const bool alone = static_cast<std::int64_t>(message.len + message.key_len) >= producer.batch_size;
    if (message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && !alone)
      return fail(absl::FailedPreconditionError(fmt::format(
          "step '{}': topic '{}' refuses a whole batch as too large: its max.message.bytes was lowered after "
          "the start, or may not be read; start again, or set batch.size in steps_config.{}.override_params",
          target.plan.step, target.plan.topic, target.plan.step)));
    refuse_or_fail(target, message._private, message.err);
    return;
  }
}

bool KafkaSink::refuse_or_fail(const Target& target, void* token, rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
      events_->refused(
          token, fmt::format("topic '{}' refuses the record: {}", target.plan.topic, rd_kafka_err2str(code)));
      return true;
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      fail(absl::NotFoundError(fmt::format(
          "step '{}': topic '{}' is not there any more; create it and start again: nothing is lost meanwhile",
          target.plan.step, target.plan.topic)));
      return false;
    default: {
      std::array<char, 512> fatal{};
      const bool is_fatal = rd_kafka_fatal_error(target.producer->client.get(), fatal.data(), fatal.size()) !=
                            RD_KAFKA_RESP_ERR_NO_ERROR;
      fail(absl::InternalError(fmt::format("step '{}': cannot write to topic '{}': {}", target.plan.step,
                                           target.plan.topic,
                                           is_fatal ? fatal.data() : rd_kafka_err2str(code))));
      return false;
    }
  }
}

std::string KafkaSink::fault_of(const Target& target, const runtime::OutgoingRecord& record,
                                const RecordHeaders& headers) const {
  const TopicFacts& facts = target.plan.facts;
  const Envelope& envelope = *record.envelope;
  if (facts.needs_key && envelope.key.is_null())
    return fmt::format("topic '{}' is compacted and takes no record without a key", target.plan.topic);

  const auto limit = static_cast<std::size_t>(facts.max_message_bytes);
  if (const std::size_t size = exact_size(record, headers); limit > 0 && size > limit)
    return fmt::format("the record has {} bytes and topic '{}' takes at most {} (max.message.bytes)", size,
                       target.plan.topic, limit);

  if (envelope.timestamp == kNoTimestamp) return {};
  const auto ahead = envelope.timestamp - now_;
  if (facts.newest != std::chrono::milliseconds::max() && ahead > facts.newest)
    return fmt::format(
        "the record's time is {} ms ahead and topic '{}' takes at most {} (message.timestamp.after.max.ms)",
        ahead.count(), target.plan.topic, facts.newest.count());
  if (facts.oldest != std::chrono::milliseconds::max() && -ahead > facts.oldest)
    return fmt::format(
        "the record's time is {} ms ago and topic '{}' takes at most {} (message.timestamp.before.max.ms)",
        -ahead.count(), target.plan.topic, facts.oldest.count());
  return {};
}

void KafkaSink::on_error(rd_kafka_t* client, int code, const char* reason, void* opaque) noexcept {
  auto& producer = *static_cast<Producer*>(static_cast<ClientOpaque*>(opaque)->owner);
  KafkaSink& sink = producer.sink;
  if (sink.closing_) return;
  ++sink.errors_;
  std::array<char, 512> fatal{};
  if (rd_kafka_fatal_error(client, fatal.data(), fatal.size()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return sink.fail(absl::InternalError(fmt::format("{}: {}", producer.plan.name, fatal.data())));
  switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return sink.fail(absl::PermissionDeniedError(fmt::format("{}: {}", producer.plan.name, reason)));
    default:
      producer.outage.begin(reason);
  }
}

runtime::Connection KafkaSink::connection() const {
  const bool reachable = std::none_of(producers_.begin(), producers_.end(),
                                      [](const auto& producer) { return producer->outage.lasts(); });
  return {reachable, errors_};
}

void KafkaSink::fail(const absl::Status& status) {
  if (std::exchange(failed_, true)) return;
  events_->sink_failed(status);
}

}  // namespace streams::kafka
