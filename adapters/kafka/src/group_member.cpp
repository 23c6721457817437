#include "group_member.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "assignment.hpp"
#include "error_kinds.hpp"
#include "partition_list.hpp"

namespace streams::kafka {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostRecords = 1024;
constexpr int kLookUpTimeout = 500;
constexpr milliseconds kRetryPause{100};
constexpr milliseconds kProbePause{1000};
constexpr milliseconds kLeaveLookPause{5};
constexpr milliseconds kLongestLeave{3000};
constexpr milliseconds kLongestClose{2000};
constexpr int kCloseRound = 20;

/// What belongs to a client and must live as long as it.
struct MemberContext {
  LogBridge log;
  ClientOpaque opaque;
};

/// The opaque of a commit that fixes start positions, to tell it from the worker's.
char start_commit_tag = 0;

absl::Status as_status(rd_kafka_resp_err_t code, const std::string& text) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  return absl::UnavailableError(text);
}

}  // namespace

GroupMember::GroupMember(MemberPlan plan, MemberTools tools)
    : plan_(std::move(plan)),
      tools_(tools),
      outage_(*tools.log, plan_.name),
      purge_(plan_.name, *tools.log) {}

GroupMember::~GroupMember() {
  disconnect();
}

absl::Status GroupMember::start(runtime::SourceEvents& events) {
  events_ = &events;
  topics_.reserve(plan_.topics.size());
  for (const auto& topic : plan_.topics) topics_.push_back({topic, nullptr, std::nullopt});
  if (auto status = connect(); !status.ok()) return status;
  return subscribe();
}

absl::Status GroupMember::connect() {
  auto conf = make_conf(client_properties(plan_.traits, plan_.settings));
  if (!conf.ok()) return conf.status();
  auto context = std::make_shared<MemberContext>(MemberContext{LogBridge(*tools_.log, plan_.name), {}});
  context->opaque.log = &context->log;
  rd_kafka_conf_set_opaque(conf->get(), &context->opaque);
  rd_kafka_conf_set_log_cb(conf->get(), write_client_log);
  rd_kafka_conf_set_events(conf->get(),
                           RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR);
  std::array<char, 512> reason{};
  ClientHandle client(rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), reason.data(), reason.size()));
  if (!client) return absl::InvalidArgumentError(fmt::format("{}: {}", plan_.name, reason.data()));
  [[maybe_unused]] auto* taken_by_the_client = conf->release();
  rd_kafka_poll_set_consumer(client.get());

  Connection connection;
  connection.events.reset(rd_kafka_queue_get_consumer(client.get()));
  connection.data.reset(rd_kafka_queue_new(client.get()));
  for (JoinedTopic& topic : topics_)
    topic.handle.reset(rd_kafka_topic_new(client.get(), std::string(topic.plan.name).c_str(), nullptr));
  connection.pool = std::make_shared<BatchPool>(std::move(client), std::move(context), kMostRecords);
  tools_.waiter->watch(*connection.events);
  tools_.waiter->watch(*connection.data);
  connection_ = std::move(connection);
  return absl::OkStatus();
}

void GroupMember::disconnect() {
  if (!connection_) return;
  KafkaWaiter::forget(*connection_->events);
  KafkaWaiter::forget(*connection_->data);
  close();
  partitions_.clear();
  for (JoinedTopic& topic : topics_) topic.handle.reset();
  connection_.reset();
  purge_.forget_asked();
}

void GroupMember::close() {
  rd_kafka_t* client = connection_->client();
  const auto answer = [&](bool is_assign, rd_kafka_topic_partition_list_t& partitions) {
    if (is_assign) return assign_ignored(partitions);
    const ErrorHandle error(rd_kafka_incremental_unassign(client, &partitions));
  };
  // A client with a rebalance that nobody answers cannot be destroyed. One that was closed has none any more.
  if (pending_assign_) answer(true, *std::exchange(pending_assign_, nullptr));
  if (pending_revoke_) answer(false, *std::exchange(pending_revoke_, nullptr));
  const auto deadline = tools_.clock->now() + kLongestClose;
  const ErrorHandle error(leaving_ == Leaving::closing
                              ? nullptr
                              : rd_kafka_consumer_close_queue(client, connection_->events.get()));
  while (rd_kafka_consumer_closed(client) == 0 && tools_.clock->now() < deadline) {
    const EventHandle event(rd_kafka_queue_poll(connection_->events.get(), error ? 0 : kCloseRound));
    if (!event && error) break;
    if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_REBALANCE) continue;
    const auto partitions = copy_of(rd_kafka_event_topic_partition_list(event.get()));
    answer(rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, *partitions);
  }
}

absl::Status GroupMember::subscribe() {
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(topics_.size())));
  for (const JoinedTopic& topic : topics_)
    rd_kafka_topic_partition_list_add(list.get(), rd_kafka_topic_name(topic.handle.get()),
                                      RD_KAFKA_PARTITION_UA);
  const auto code = rd_kafka_subscribe(connection_->client(), list.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  return absl::InternalError(fmt::format("{}: cannot subscribe: {}", plan_.name, rd_kafka_err2str(code)));
}

void GroupMember::poll() {
  if (!connection_ || failed_ || left_) return;
  connection_->pool->reclaim();
  while (!fenced_) {
    const EventHandle event(rd_kafka_queue_poll(connection_->events.get(), 0));
    if (!event) break;
    serve_event(*event);
  }
  if (fenced_) rejoin_as_dynamic_member();
  if (ended_commit_) end_commit(*std::exchange(ended_commit_, std::nullopt));
  if (failure_ && !failed_) {
    failed_ = true;
    events_->source_failed(*failure_);
  }
  if (failed_ || !connection_) return;
  retry_due();
  if (pending_revoke_ && rd_kafka_assignment_lost(connection_->client()) != 0)
    lose(std::move(pending_revoke_));
  advance_leaving();
  if (leaving_ == Leaving::no)
    purge_.ask(connection_->client(), connection_->events.get(), tools_.clock->now());
  probe_cluster();
}

void GroupMember::serve_event(rd_kafka_event_t& event) {
  switch (rd_kafka_event_type(&event)) {
    case RD_KAFKA_EVENT_REBALANCE:
      return serve_rebalance(event);
    case RD_KAFKA_EVENT_OFFSET_COMMIT:
      return serve_commit(event);
    case RD_KAFKA_EVENT_ERROR:
      return serve_error(rd_kafka_event_error(&event), rd_kafka_event_error_string(&event), nullptr);
    case RD_KAFKA_EVENT_DESCRIBECLUSTER_RESULT:
      probing_ = false;
      next_probe_ = tools_.clock->now() + kProbePause;
      if (!is_outage(rd_kafka_event_error(&event))) outage_.end();
      return;
    case RD_KAFKA_EVENT_DELETERECORDS_RESULT:
      return purge_.answered(event);
    default:
      return;
  }
}

void GroupMember::serve_rebalance(rd_kafka_event_t& event) {
  auto partitions = copy_of(rd_kafka_event_topic_partition_list(&event));
  if (rd_kafka_event_error(&event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    pending_assign_ = std::move(partitions);
    return try_assign();
  }
  if (rd_kafka_assignment_lost(connection_->client()) != 0) return lose(std::move(partitions));
  revoke(std::move(partitions));
}

void GroupMember::serve_commit(rd_kafka_event_t& event) {
  const auto* list = rd_kafka_event_topic_partition_list(&event);
  auto code = rd_kafka_event_error(&event);
  if (code == RD_KAFKA_RESP_ERR__NO_OFFSET) code = RD_KAFKA_RESP_ERR_NO_ERROR;

  if (rd_kafka_event_opaque(&event) == &start_commit_tag) {
    starts_in_flight_ = false;
    std::vector<Partition*> started;
    if (list != nullptr)
      for (const auto& entry : entries(*list)) {
        JoinedTopic* topic = find_topic(topics_, entry.topic);
        Partition* partition = topic == nullptr ? nullptr : find(*topic, entry.partition);
        if (partition == nullptr || partition->phase != Phase::starting || partition->next != entry.offset)
          continue;
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR && entry.err == RD_KAFKA_RESP_ERR_NO_ERROR)
          started.push_back(partition);
        else if (is_permanent(code) || is_permanent(entry.err))
          fail(absl::PermissionDeniedError(fmt::format(
              "{}: cannot commit where topic '{}' partition {} starts: {}", plan_.name, entry.topic,
              entry.partition, rd_kafka_err2str(is_permanent(code) ? code : entry.err))));
      }
    if (!started.empty()) activate(started);
    if (std::any_of(partitions_.begin(), partitions_.end(),
                    [](const auto& p) { return p->phase == Phase::starting; })) {
      retry_at_ = tools_.clock->now() + kRetryPause;
      wake_in(kRetryPause);
    }
    return;
  }

  if (!commit_in_flight_) return;
  commit_in_flight_ = false;
  std::string text = rd_kafka_err2str(code);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && list != nullptr)
    for (const auto& entry : entries(*list))
      if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR && entry.err != RD_KAFKA_RESP_ERR__NO_OFFSET) {
        code = entry.err;
        text =
            fmt::format("topic '{}' partition {}: {}", entry.topic, entry.partition, rd_kafka_err2str(code));
      }
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    outage_.end();
    if (list != nullptr) note_commits(*list);
  }
  events_->committed(as_status(code, fmt::format("{}: commit: {}", plan_.name, text)));
  if (is_permanent(code))
    fail(absl::PermissionDeniedError(fmt::format("{}: cannot commit: {}", plan_.name, text)));
}

void GroupMember::serve_error(rd_kafka_resp_err_t code, std::string_view text,
                              const rd_kafka_message_t* message) {
  ++errors_;
  std::array<char, 512> fatal{};
  if (const auto cause = rd_kafka_fatal_error(connection_->client(), fatal.data(), fatal.size());
      cause != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (cause == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID && plan_.traits.instance_id) {
      fenced_ = true;
      wake_in(milliseconds(0));
      return;
    }
    return fail(absl::InternalError(fmt::format("{}: {}", plan_.name, fatal.data())));
  }
  if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
    if (message == nullptr || message->rkt == nullptr)
      return fail(absl::OutOfRangeError(fmt::format("{}: {}", plan_.name, text)));
    const Partition* partition = find(message->rkt, message->partition);
    if (partition == nullptr || partition->phase == Phase::ignored) return;
    return fail(
        absl::OutOfRangeError(fmt::format("step '{}': topic '{}' partition {}: offset {}, which comes next "
                                          "for group '{}', is not in the topic any more: its "
                                          "records were deleted unread, or the topic was made anew. Reset "
                                          "the group's offset to go on without them",
                                          partition->topic->plan.step, partition->topic->plan.name,
                                          partition->number, partition->next, plan_.traits.group)));
  }
  if (is_permanent(code)) return fail(absl::PermissionDeniedError(fmt::format("{}: {}", plan_.name, text)));
  if (is_outage(code)) return outage_.begin(text);
  if (std::exchange(last_warning_, code) != code)
    tools_.log->warning(fmt::format("{}: {}", plan_.name, text));
}

// Assignment

void GroupMember::try_assign() {
  if (!pending_assign_ || failed_) return;
  if (leaving_ != Leaving::no || rd_kafka_assignment_lost(connection_->client()) != 0) {
    assign_ignored(*pending_assign_);
    pending_assign_.reset();
    return;
  }
  const auto has_commit =
      find_starts(connection_->client(), {plan_.name, plan_.traits.group}, topics_, *pending_assign_);
  if (absl::IsUnavailable(has_commit.status())) {
    outage_.begin(std::string(has_commit.status().message()));
    retry_at_ = tools_.clock->now() + kRetryPause;
    return wake_in(kRetryPause);
  }
  if (!has_commit.ok()) return fail(has_commit.status());
  const auto partitions = std::move(pending_assign_);
  assign(*partitions, *has_commit);
}

void GroupMember::assign(rd_kafka_topic_partition_list_t& partitions, const std::vector<bool>& has_commit) {
  std::vector<Partition*> ready;
  for (std::size_t i = 0; i < has_commit.size(); ++i) {
    const auto& entry = partitions.elems[i];
    auto partition = std::make_unique<Partition>();
    partition->id = (*tools_.next_partition_id)++;
    partition->topic = find_topic(topics_, entry.topic);
    partition->number = entry.partition;
    partition->next = entry.offset;
    // Before the assignment: a partition that is not forwarded by then is forwarded to the queue of the
    // events.
    forward(*partition, false);
    if (has_commit[i]) ready.push_back(partition.get());
    partitions_.push_back(std::move(partition));
  }
  const ErrorHandle error(rd_kafka_incremental_assign(connection_->client(), &partitions));
  if (error) {
    erase(partitions);
    return serve_error(rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get()), nullptr);
  }
  outage_.end();
  if (!ready.empty() || partitions.cnt == 0) activate(ready);
  commit_starts();
}

void GroupMember::assign_ignored(rd_kafka_topic_partition_list_t& partitions) {
  for (auto& entry : entries(partitions)) {
    auto partition = std::make_unique<Partition>();
    partition->id = (*tools_.next_partition_id)++;
    partition->topic = find_topic(topics_, entry.topic);
    partition->number = entry.partition;
    partition->phase = Phase::ignored;
    if (partition->topic == nullptr) continue;
    entry.offset = RD_KAFKA_OFFSET_END;
    forward(*partition, false);
    partitions_.push_back(std::move(partition));
  }
  const ErrorHandle error(rd_kafka_incremental_assign(connection_->client(), &partitions));
}

void GroupMember::commit_starts() {
  if (starts_in_flight_) return;
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions_.size())));
  for (const auto& partition : partitions_)
    if (partition->phase == Phase::starting) add_offset(*list, *partition, partition->next);
  if (list->cnt == 0) return;
  starts_in_flight_ = rd_kafka_commit_queue(connection_->client(), list.get(), connection_->events.get(),
                                            nullptr, &start_commit_tag) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void GroupMember::activate(std::span<Partition* const> partitions) {
  std::vector<runtime::Assignment> told;
  for (Partition* partition : partitions) {
    partition->phase = Phase::active;
    if (partition->topic->plan.purged)
      purge_.committed(partition->topic->plan.name, partition->number, partition->next);
    told.push_back({partition->id, partition->topic->plan.name, partition->number, partition->next,
                    partition->topic->plan.source});
  }
  events_->assigned(told);
  for (const Partition* partition : partitions) forward(*partition, true);
}

// Revocation

void GroupMember::revoke(PartitionListHandle partitions) {
  pending_revoke_ = std::move(partitions);
  std::vector<runtime::PartitionId> told;
  unreleased_.clear();
  for (const auto& entry : entries(*pending_revoke_)) {
    JoinedTopic* topic = find_topic(topics_, entry.topic);
    Partition* partition = topic == nullptr ? nullptr : find(*topic, entry.partition);
    if (partition == nullptr) continue;
    if (partition->phase == Phase::active) {
      partition->phase = Phase::revoking;
      forward(*partition, false);
      told.push_back(partition->id);
    }
    if (partition->phase == Phase::revoking) unreleased_.push_back(partition->id);
    if (partition->phase == Phase::starting) partition->phase = Phase::ignored;
  }
  if (!told.empty()) events_->revoked(told);
  if (unreleased_.empty()) finish_revoke();
}

void GroupMember::lose(PartitionListHandle partitions) {
  std::vector<runtime::PartitionId> told;
  for (const auto& entry : entries(*partitions)) {
    JoinedTopic* topic = find_topic(topics_, entry.topic);
    Partition* partition = topic == nullptr ? nullptr : find(*topic, entry.partition);
    if (partition == nullptr) continue;
    if (partition->phase == Phase::active || partition->phase == Phase::revoking)
      told.push_back(partition->id);
    partition->phase = Phase::ignored;
  }
  pending_revoke_.reset();
  std::erase_if(unreleased_, [&](auto id) { return std::find(told.begin(), told.end(), id) != told.end(); });
  unassign(*partitions);
  if (!told.empty()) events_->lost(told);
}

void GroupMember::release(std::span<const runtime::PartitionId> partitions) {
  std::erase_if(unreleased_, [&](auto id) {
    return std::find(partitions.begin(), partitions.end(), id) != partitions.end();
  });
  if (unreleased_.empty()) finish_revoke();
}

void GroupMember::finish_revoke() {
  if (!pending_revoke_) {
    if (leaving_ == Leaving::keeping) left_ = true;
    return;
  }
  const auto partitions = std::move(pending_revoke_);
  unassign(*partitions);
  if (leaving_ == Leaving::giving_up) wake_in(kLeaveLookPause);
}

void GroupMember::unassign(rd_kafka_topic_partition_list_t& partitions) {
  erase(partitions);
  const ErrorHandle error(rd_kafka_incremental_unassign(connection_->client(), &partitions));
  if (error) serve_error(rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get()), nullptr);
}

// Records

runtime::BatchRef GroupMember::take(std::size_t max_records) {
  if (!connection_ || failed_ || left_) return {};
  MessageBatch* batch = nullptr;
  auto reference = connection_->pool->acquire(batch);
  const std::size_t wanted = std::min(max_records, batch->capacity());
  const rd_kafka_topic_t* last_handle = nullptr;
  std::int32_t last_number = -1;
  Partition* partition = nullptr;
  // A round that keeps nothing is followed by another one: the waiter only tells of what comes into an empty
  // queue.
  for (;;) {
    const ssize_t count = rd_kafka_consume_batch_queue(connection_->data.get(), 0, batch->room(), wanted);
    for (ssize_t i = 0; i < count; ++i) {
      rd_kafka_message_t* message = batch->room()[i];
      if (message->rkt != last_handle || message->partition != last_number) {
        last_handle = message->rkt;
        last_number = message->partition;
        partition = find(last_handle, last_number);
      }
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        if (partition != nullptr && !partition->seek_pending) partition->read_to = message->offset;
        rd_kafka_message_destroy(message);
      } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        serve_error(message->err, rd_kafka_message_errstr(message), message);
        rd_kafka_message_destroy(message);
      } else if (partition == nullptr || partition->phase != Phase::active || partition->seek_pending ||
                 message->offset < partition->next) {
        rd_kafka_message_destroy(message);
      } else {
        partition->next = message->offset + 1;
        batch->add(*message, partition->id, partition->topic->plan.name, *tools_.headers);
      }
    }
    if (batch->size() > 0) break;
    if (count < static_cast<ssize_t>(wanted)) return {};
  }
  return reference;
}

bool GroupMember::commit(std::span<const runtime::PartitionOffset> offsets) {
  if (!connection_) return false;
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& offset : offsets)
    if (const Partition* partition = find(offset.id)) add_offset(*list, *partition, offset.offset);
  if (list->cnt == 0) return false;
  const auto code =
      rd_kafka_commit_queue(connection_->client(), list.get(), connection_->events.get(), nullptr, this);
  commit_in_flight_ = true;
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    ended_commit_ = as_status(code, fmt::format("{}: commit: {}", plan_.name, rd_kafka_err2str(code)));
    wake_in(milliseconds(0));
  }
  return true;
}

void GroupMember::rewind(runtime::PartitionId id, std::int64_t offset) {
  Partition* partition = find(id);
  if (partition == nullptr || partition->phase != Phase::active) return;
  partition->next = offset;
  partition->read_to = -1;
  partition->seek_pending = !seek(*partition);
  if (!partition->seek_pending) return;
  retry_at_ = tools_.clock->now() + kRetryPause;
  wake_in(kRetryPause);
}

void GroupMember::park(runtime::PartitionId id, bool parked) {
  const Partition* partition = find(id);
  if (partition != nullptr && partition->phase == Phase::active) forward(*partition, !parked);
}

bool GroupMember::seek(Partition& partition) {
  const PartitionListHandle list(rd_kafka_topic_partition_list_new(1));
  auto* entry = rd_kafka_topic_partition_list_add(
      list.get(), rd_kafka_topic_name(partition.topic->handle.get()), partition.number);
  entry->offset = partition.next;
  // From here on librdkafka drops what it fetched before, in the data queue as well.
  const ErrorHandle error(rd_kafka_seek_partitions(connection_->client(), list.get(), kLookUpTimeout));
  return !error && entry->err == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void GroupMember::forward(const Partition& partition, bool to_worker) {
  const QueueHandle queue(rd_kafka_queue_get_partition(
      connection_->client(), rd_kafka_topic_name(partition.topic->handle.get()), partition.number));
  if (queue) rd_kafka_queue_forward(queue.get(), to_worker ? connection_->data.get() : nullptr);
}

void GroupMember::retry_due() {
  if (!retry_at_ || tools_.clock->now() < *retry_at_) return;
  retry_at_.reset();
  try_assign();
  if (failed_) return;
  commit_starts();
  for (const auto& partition : partitions_) {
    if (partition->seek_pending) partition->seek_pending = !seek(*partition);
    if (partition->seek_pending) retry_at_ = tools_.clock->now() + kRetryPause;
  }
  if (retry_at_) wake_in(kRetryPause);
}

// Membership

void GroupMember::rejoin_as_dynamic_member() {
  fenced_ = false;
  std::vector<runtime::PartitionId> told;
  for (const auto& partition : partitions_)
    if (partition->phase == Phase::active || partition->phase == Phase::revoking)
      told.push_back(partition->id);
  tools_.log->warning(
      fmt::format("{}: another process took the membership '{}': what is not committed is dropped, joining "
                  "again as a dynamic member",
                  plan_.name, *plan_.traits.instance_id));
  disconnect();
  unreleased_.clear();
  starts_in_flight_ = false;
  probing_ = false;
  retry_at_.reset();
  if (!told.empty()) events_->lost(told);
  if (std::exchange(commit_in_flight_, false)) {
    ended_commit_.reset();
    events_->committed(
        absl::AbortedError(fmt::format("{}: the membership was taken by another process", plan_.name)));
  }
  if (leaving_ != Leaving::no) {
    left_ = true;
    return;
  }
  plan_.traits.instance_id.reset();
  if (auto status = connect(); !status.ok()) return fail(status);
  if (auto status = subscribe(); !status.ok()) fail(status);
}

void GroupMember::leave(bool give_up_partitions) {
  if (leaving_ != Leaving::no || left_) return;
  if (!connection_ || failed_) {
    left_ = true;
    return;
  }
  leave_deadline_ = std::chrono::nanoseconds::max();
  wake_in(milliseconds(0));
  if (!give_up_partitions) {
    leaving_ = Leaving::keeping;
    return;
  }
  leaving_ = Leaving::giving_up;
  rd_kafka_unsubscribe(connection_->client());
  try_assign();
}

void GroupMember::advance_leaving() {
  rd_kafka_t* client = connection_->client();
  switch (leaving_) {
    case Leaving::no:
      return;
    case Leaving::keeping:
      return revoke_all_for_keeping();
    case Leaving::giving_up: {
      if (!partitions_.empty() || pending_revoke_) return;
      // The leave takes the member's id away: with the unassignment behind it, nothing is left to wait for
      // but its acknowledgement, which closing waits for. Closing before it would skip the leave of a static
      // member.
      const auto now = tools_.clock->now();
      if (leave_deadline_ == std::chrono::nanoseconds::max()) leave_deadline_ = now + kLongestLeave;
      char* id = rd_kafka_memberid(client);
      const bool gone = id == nullptr || *id == '\0';
      if (id != nullptr) rd_kafka_mem_free(client, id);
      if (!gone && now < leave_deadline_) return wake_in(kLeaveLookPause);
      leaving_ = Leaving::closing;
      const ErrorHandle error(rd_kafka_consumer_close_queue(client, connection_->events.get()));
      if (error) left_ = true;
      return wake_in(kLeaveLookPause);
    }
    case Leaving::closing:
      if (rd_kafka_consumer_closed(client) != 0 || tools_.clock->now() >= leave_deadline_)
        left_ = true;
      else
        wake_in(kLeaveLookPause);
      return;
  }
}

void GroupMember::revoke_all_for_keeping() {
  std::vector<runtime::PartitionId> told;
  for (const auto& partition : partitions_) {
    if (partition->phase != Phase::active) continue;
    partition->phase = Phase::revoking;
    forward(*partition, false);
    told.push_back(partition->id);
  }
  unreleased_.insert(unreleased_.end(), told.begin(), told.end());
  if (!told.empty()) events_->revoked(told);
  if (unreleased_.empty()) finish_revoke();
}

void GroupMember::probe_cluster() {
  if (!outage_.lasts() || probing_ || leaving_ == Leaving::closing) return;
  const auto now = tools_.clock->now();
  if (now < next_probe_)
    return wake_in(std::chrono::duration_cast<milliseconds>(next_probe_ - now) + milliseconds(1));
  ask_cluster(connection_->client(), connection_->events.get());
  probing_ = true;
}

void GroupMember::fail(absl::Status status) {
  if (failure_) return;
  failure_ = std::move(status);
  wake_in(milliseconds(0));
}

void GroupMember::note_commits(const rd_kafka_topic_partition_list_t& list) {
  for (const auto& entry : entries(list)) {
    const JoinedTopic* topic = find_topic(topics_, entry.topic);
    if (topic != nullptr && topic->plan.purged && entry.err == RD_KAFKA_RESP_ERR_NO_ERROR)
      purge_.committed(entry.topic, entry.partition, entry.offset);
  }
}

void GroupMember::end_commit(const absl::Status& status) {
  if (std::exchange(commit_in_flight_, false)) events_->committed(status);
}

void GroupMember::wake_in(std::chrono::milliseconds time) const {
  tools_.waiter->wake_at(tools_.clock->now() + time);
}

// Look-up

GroupMember::Partition* GroupMember::find(runtime::PartitionId id) {
  return const_cast<Partition*>(std::as_const(*this).find(id));
}

const GroupMember::Partition* GroupMember::find(runtime::PartitionId id) const {
  for (const auto& partition : partitions_)
    if (partition->id == id) return partition.get();
  return nullptr;
}

std::int64_t GroupMember::end_of(runtime::PartitionId id) const {
  const Partition* partition = find(id);
  if (!connection_ || partition == nullptr) return -1;
  std::int64_t first = RD_KAFKA_OFFSET_INVALID;
  std::int64_t end = RD_KAFKA_OFFSET_INVALID;
  const auto code = rd_kafka_get_watermark_offsets(connection_->client(),
                                                   rd_kafka_topic_name(partition->topic->handle.get()),
                                                   partition->number, &first, &end);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || end < 0) return -1;
  // Markers of transactions have offsets too, and may be all that is left.
  return partition->read_to >= end ? partition->next : end;
}

GroupMember::Partition* GroupMember::find(const JoinedTopic& topic, std::int32_t number) {
  for (const auto& partition : partitions_)
    if (partition->topic == &topic && partition->number == number) return partition.get();
  return nullptr;
}

GroupMember::Partition* GroupMember::find(const rd_kafka_topic_t* handle, std::int32_t number) {
  for (const auto& partition : partitions_)
    if (partition->number == number && partition->topic->handle.get() == handle) return partition.get();
  return nullptr;
}

void GroupMember::erase(const rd_kafka_topic_partition_list_t& list) {
  std::erase_if(partitions_, [&](const auto& partition) {
    const auto all = entries(list);
    return std::any_of(all.begin(), all.end(), [&](const auto& entry) {
      return entry.partition == partition->number && partition->topic->plan.name == entry.topic;
    });
  });
}

void GroupMember::add_offset(rd_kafka_topic_partition_list_t& list, const Partition& partition,
                             std::int64_t offset) const {
  auto* entry = rd_kafka_topic_partition_list_add(&list, rd_kafka_topic_name(partition.topic->handle.get()),
                                                  partition.number);
  entry->offset = offset;
  if (partition.topic->partitions_at_first_start)
    set_metadata(*entry, commit_metadata(*partition.topic->partitions_at_first_start));
}

}  // namespace streams::kafka
