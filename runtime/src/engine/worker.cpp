#include "engine/worker.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace streams::runtime {
namespace {

using std::chrono::nanoseconds;

// Large enough to spread a turn's fixed cost, small enough for acknowledgements to be served in time.
constexpr std::size_t kBatchRecords = 1024;
// A slow step must not keep the worker from its group, its commits and a request to stop: a batch is laid aside when
// its time is over, and the time is looked at this often.
constexpr nanoseconds kLongestWork = std::chrono::milliseconds(50);
constexpr std::uint32_t kCheckTimeEvery = 16;
// Bounds what is read again after a crash when the commit interval is long.
constexpr std::uint64_t kEpochRecords = 1'000'000;
// A worker without work still serves its group this often.
constexpr nanoseconds kLongestWait = std::chrono::seconds(1);
// What came to its end by itself may take as long as it needs: a stop still cuts it short.
constexpr nanoseconds kForever = std::chrono::hours(24 * 365);
constexpr nanoseconds kCommitRetry = std::chrono::milliseconds(100);
constexpr nanoseconds kFailedDrain = std::chrono::seconds(2);
constexpr nanoseconds kLeaveTimeout = std::chrono::seconds(5);
// A hundred measured records a second are enough for a histogram, and cost nothing to speak of.
constexpr nanoseconds kSamplePause = std::chrono::milliseconds(10);
// What takes a lock or asks the client library is shown this often.
constexpr nanoseconds kRefreshPause = std::chrono::milliseconds(200);
// A commit on its way across the end of a drain: whoever gets the partition must not see it move.
constexpr nanoseconds kCommitGrace = std::chrono::seconds(2);

void add(std::vector<StepView>& sum, const std::vector<StepView>& of_worker) {
  for (const StepView& step : of_worker) {
    const auto same =
        std::find_if(sum.begin(), sum.end(), [&](const StepView& other) { return other.step == step.step; });
    if (same == sum.end()) {
      sum.push_back(step);
    } else {
      *same += step;
    }
  }
}

}  // namespace

Worker::Worker(const Plan& plan, const Segment& segment, std::size_t index, WorkerIo io, MemoryBudget& budget,
               const Clock& clock, Log& log, const TapBoard* taps)
    : plan_(plan),
      segment_(segment),
      index_(index),
      name_(fmt::format("worker {}", index)),
      clock_(clock),
      log_(log),
      budget_(budget),
      taps_(taps),
      figures_(segment.sources.size()),
      io_(std::move(io)),
      held_(budget),
      alarm_(std::make_shared<Alarm>(*io_.waiter)),
      steps_{epochs_,     clock, log,    figures_.refusals,
             *io_.source, kept_, budget, [alarm = alarm_] { alarm->ring(); }},
      outbox_(*io_.sink, budget, segment.sinks.size()),
      dead_letters_(plan, segment, epochs_, figures_, steps_.failure, clock, outbox_),
      network_(plan, segment, steps_, outbox_) {
  steps_.dead_letters = &dead_letters_;
}

Worker::~Worker() {
  alarm_->disconnect();
  drop_batch();
  // The sink may still read records that the outbox owns; it stops doing so when it goes.
  io_.sink.reset();
  io_.source.reset();
}

absl::Status Worker::start() {
  now_ = clock_.now();
  figures_.last_turn.set(now_.count());
  // Joining a group takes a while and goes on by itself: the sink starts meanwhile.
  if (absl::Status status = io_.source->start(*this); !status.ok()) return status;
  return io_.sink->start(outbox_);
}

void Worker::run() {
  while (!ended()) {
    if (!turn() && !ended()) io_.waiter->wait(time_to_wait());
  }
}

void Worker::request_stop() noexcept {
  stop_requested_.store(true, std::memory_order_release);
  io_.waiter->wake();
}

bool Worker::turn() {
  now_ = clock_.now();
  figures_.last_turn.set(now_.count());
  if (!source_dead_) io_.source->poll();
  bool moved = outbox_.poll();
  if (taps_ != nullptr) network_.follow(*taps_, now_);
  const std::size_t on_their_way = outbox_.in_flight() + outbox_.waiting();
  steps_due_ = network_.poll(now_);
  // What steps send by themselves must not wait in the sink for the next record.
  moved |= outbox_.in_flight() + outbox_.waiting() != on_their_way;
  check_for_end();
  if (state_ == State::running) {
    const HeldBack by = held_back();
    figures_.held.set(held_where(by));
    if (by == HeldBack::no) moved |= batch_.held != nullptr || take_batch();
    if (by == HeldBack::no && batch_.held != nullptr) work_on_batch();
  }
  if (epoch_is_due()) close_epoch();
  epochs_.collect_done();
  moved |= commit_done();
  moved |= answer_revokes();
  if (state_ == State::draining && drain_finished()) begin_leave();
  if (state_ == State::leaving && (source_dead_ || io_.source->left() || now_ >= deadline_)) {
    if (!source_dead_ && !io_.source->left())
      log_.warning(name_ + ": the group did not confirm the leave in time");
    state_ = State::ended;
  }
  publish();
  return moved || state_ == State::ended;
}

nanoseconds Worker::time_to_wait() const {
  nanoseconds until = now_ + kLongestWait;
  until = std::min(until, steps_due_);
  if (epochs_.open_records() > 0)
    until = std::min(until, nanoseconds(epochs_.open_since() + plan_.commit.interval));
  if (state_ != State::running) until = std::min(until, deadline_);
  if (epochs_.has_committable() && committing_.empty()) until = std::min(until, commit_not_before_);
  for (const Revoke& revoke : revokes_) until = std::min(until, revoke.deadline);
  return std::max(nanoseconds(0), until - clock_.now());
}

bool Worker::idle() const noexcept {
  return batch_.held == nullptr && nothing_owed();
}

bool Worker::nothing_owed() const noexcept {
  return state_ == State::running && !steps_.failure && epochs_.settled() && committing_.empty() &&
         outbox_.in_flight() == 0 && !outbox_.backed_up() && revokes_.empty();
}

HeldBack Worker::held_back() {
  if (outbox_.backed_up()) return HeldBack::sink;
  if (steps_.blocked > 0) return HeldBack::step;
  if (plan_.commit.policy == CommitPolicy::kSync && epochs_.open_records() == 0 && !nothing_owed())
    return HeldBack::commit;
  // What was taken is in the budget already.
  if (!budget_.exhausted() || batch_.held != nullptr) return HeldBack::no;
  // Whoever holds nothing may always take one batch, so that workers cannot starve each other.
  if (held_.none() && outbox_.in_flight() == 0) return HeldBack::no;
  // Nothing is on its way: only steps that hold records can make room.
  if (outbox_.in_flight() == 0) network_.flush();
  return HeldBack::memory;
}

Held Worker::held_where(HeldBack by) const {
  std::size_t index = 0;
  if (by == HeldBack::sink) index = outbox_.full_sink();
  if (by == HeldBack::step) index = network_.blocked_step();
  return {by, static_cast<std::uint32_t>(index)};
}

bool Worker::take_batch() {
  BatchRef batch = io_.source->take(kBatchRecords);
  if (!batch) {
    if (io_.source->finished()) begin_drain(RunResult::End::finished, kForever);
    return false;
  }
  batch_.sample = next_sample(batch->records().size());
  batch_.held = held_.hold(std::move(batch));
  return true;
}

void Worker::work_on_batch() {
  HeldBatches::Held* const held = batch_.held;
  const std::span<SourceRecord> records = held->batch->records();
  const nanoseconds until = now_ + kLongestWork;
  std::uint32_t unchecked = 0;
  for (; batch_.next < records.size(); ++batch_.next) {
    if (steps_.blocked > 0) {
      steps_.in_hand = RecordInHand();
      return;
    }
    if (unchecked++ >= check_time_every_) {
      unchecked = 1;
      if (clock_.now() >= until) {
        check_time_every_ = 1;
        steps_.in_hand = RecordInHand();
        return;
      }
    }
    const std::uint32_t i = batch_.next;
    SourceRecord& record = records[i];
    if (readable_[record.partition] == 0 || batch_.is_void(record.partition)) continue;
    const std::int64_t offset = record.envelope.origin.offset;
    const std::size_t source = source_of_[record.partition];
    SourceFigures& figures = figures_.sources[source];
    if (!passes_header_filter(segment_.sources[source], record.envelope.headers)) {
      figures.filtered.add();
      figures.filtered_bytes.add(record.payload.size());
    } else {
      steps_.in_hand = RecordInHand(held, i);
      figures.taken.add();
      figures.taken_bytes.add(record.payload.size());
      if (i == batch_.sample) {
        network_.measure(source, record.envelope, &record.payload);
      } else {
        network_.entry(source).process(record.envelope, &record.payload);
      }
      figures_.passed.add();
      if (steps_.failure) break;
    }
    epochs_.passed(record.partition, offset, now_);
  }
  check_time_every_ = std::min(check_time_every_ * 2, kCheckTimeEvery);
  drop_batch();
}

void Worker::drop_batch() {
  steps_.in_hand = RecordInHand();
  if (batch_.held != nullptr) HeldBatches::drop(batch_.held);
  batch_ = {};
}

std::size_t Worker::next_sample(std::size_t batch) {
  if (now_ < sample_not_before_) return batch;
  sample_not_before_ = now_ + kSamplePause;
  // Not always the same place: the first record of a batch finds cold caches.
  return samples_++ * 31 % batch;
}

void Worker::publish() {
  static constexpr WorkerState kStates[] = {WorkerState::running, WorkerState::draining, WorkerState::leaving,
                                            WorkerState::ended};
  figures_.state.set(kStates[static_cast<std::size_t>(state_)]);
  if (state_ != State::running) figures_.held.set({});
  figures_.waiting.set(outbox_.waiting());
  figures_.awaiting.set(outbox_.in_flight());
  figures_.in_flight_bytes.set(static_cast<std::uint64_t>(outbox_.bytes()));
  figures_.released.set(epochs_.released());
  figures_.revoking.set(!revokes_.empty());
  figures_.commit_owed.set(!committing_.empty() || epochs_.has_committable());
  if (now_ >= latency_not_before_) {
    if (const Timestamp time = outbox_.take_acknowledged_time(); time != kNoTimestamp) {
      figures_.end_to_end.add(clock_.calendar() - time);
      latency_not_before_ = now_ + kSamplePause;
    }
  }
  if (now_ < refresh_not_before_ && state_ != State::ended) return;
  refresh_not_before_ = now_ + kRefreshPause;
  if (!source_dead_) {
    figures_.partitions.refresh([this](PartitionId id, PartitionView& view) {
      view.position = epochs_.position(id);
      view.end = io_.source->end_of(id);
      view.parked = steps_.parked.contains(id);
    });
    const Connection source = io_.source->connection();
    figures_.source_reachable.set(source.reachable);
    figures_.source_errors.set(source.errors);
  }
  const Connection sink = io_.sink->connection();
  figures_.sink_reachable.set(sink.reachable);
  figures_.sink_errors.set(sink.errors);
}

void Worker::look(Snapshot& snapshot) const {
  WorkerView view = figures_.look();
  view.worker = index_;
  // A worker that is inside a step has not heard of it yet.
  const bool is_before_the_stop = view.state == WorkerState::starting || view.state == WorkerState::running;
  if (is_before_the_stop && stop_requested_.load(std::memory_order_acquire))
    view.state = WorkerState::draining;
  const Held held = figures_.held.value();
  view.held_back = held.by;
  if (held.by == HeldBack::sink) view.held_by = segment_.sinks[held.index].name;
  if (held.by == HeldBack::step) view.held_by = plan_.graph.nodes()[segment_.steps[held.index].node].name;
  for (const SinkFigures& sink : outbox_.figures()) {
    // What is settled first: what was sent can only have become more since.
    const std::uint64_t settled = sink.acknowledged.value() + sink.refused.value();
    view.sinks.push_back({sink.sent.value(), settled});
  }
  add(snapshot.steps, step_views());
  snapshot.workers.push_back(std::move(view));
  snapshot.commit_duration += figures_.commit_duration.look();
  snapshot.end_to_end += figures_.end_to_end.look();
  const std::vector<RefusalView> refusals = figures_.refusals.look();
  snapshot.refusals.insert(snapshot.refusals.end(), refusals.begin(), refusals.end());
}

std::vector<StepView> Worker::step_views() const {
  std::vector<StepView> steps = network_.look(figures_.taken_by_source());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::size_t node = segment_.steps[i].node;
    StepView& step = steps[i];
    for (std::size_t source = 0; source < segment_.sources.size(); ++source) {
      if (segment_.sources[source].node != node || segment_.sources[source].internal) continue;
      const SourceFigures& figures = figures_.sources[source];
      step.input += figures.filtered.value();
      step.filtered += figures.filtered.value();
      step.output_bytes = figures.taken_bytes.value();
      step.input_bytes = figures.taken_bytes.value() + figures.filtered_bytes.value();
    }
    for (std::size_t sink = 0; sink < segment_.sinks.size(); ++sink) {
      const PlannedSink& planned = segment_.sinks[sink];
      if (planned.node != node || planned.dead_letters || planned.internal) continue;
      const SinkFigures& figures = outbox_.figures()[sink];
      step.output = figures.acknowledged.value();
      step.input_bytes = figures.sent_bytes.value();
      step.output_bytes = figures.acknowledged_bytes.value();
    }
  }
  return steps;
}

bool Worker::passes_header_filter(const PlannedSource& source, const Headers& headers) {
  return !source.header_filter ||
         std::find(headers.begin(), headers.end(), *source.header_filter) != headers.end();
}

bool Worker::epoch_is_due() const {
  if (epochs_.open_records() == 0) return false;
  return epochs_.open_records() >= kEpochRecords || now_ - epochs_.open_since() >= plan_.commit.interval;
}

std::uint64_t Worker::close_epoch() {
  epochs_.close();
  return epochs_.open_number() - 1;
}

bool Worker::commit_done() {
  if (source_dead_ || !committing_.empty() || !epochs_.has_committable() || now_ < commit_not_before_)
    return false;
  committing_ = epochs_.take_committable();
  commit_began_ = now_;
  io_.source->commit(committing_);
  return true;
}

void Worker::committed(const absl::Status& status) {
  const std::vector<PartitionOffset> offsets = std::exchange(committing_, {});
  figures_.commit_duration.add(clock_.now() - commit_began_);
  if (status.ok()) {
    figures_.commits.add();
    figures_.partitions.committed(offsets);
    if (std::exchange(commit_fails_, false)) log_.info(name_ + ": commits succeed again");
    return;
  }
  figures_.failed_commits.add();
  epochs_.commit_failed(offsets);
  commit_not_before_ = clock_.now() + kCommitRetry;
  if (!std::exchange(commit_fails_, true)) {
    log_.warning(
        fmt::format("{}: a commit failed and is tried again: {}", name_, std::string(status.message())));
  }
}

void Worker::assigned(std::span<const Assignment> partitions) {
  std::string names;
  for (const Assignment& assignment : partitions) {
    if (readable_.size() <= assignment.id) {
      readable_.resize(assignment.id + 1, 0);
      partition_names_.resize(assignment.id + 1);
      source_of_.resize(assignment.id + 1);
    }
    source_of_[assignment.id] = assignment.source;
    if (steps_.partition_numbers.size() <= assignment.id)
      steps_.partition_numbers.resize(assignment.id + 1, -1);
    steps_.partition_numbers[assignment.id] = assignment.partition;
    readable_[assignment.id] = 1;
    partition_names_[assignment.id] = fmt::format("{}[{}]", assignment.topic, assignment.partition);
    epochs_.begin_partition(assignment.id, assignment.position);
    figures_.partitions.assigned(assignment);
    names += fmt::format(" {}@{}", partition_names_[assignment.id], assignment.position);
  }
  figures_.joined.set(true);
  if (partitions.empty()) return;
  figures_.assigned.add();
  log_.info(fmt::format("{}: assigned{}", name_, names));
}

void Worker::forget(PartitionId partition) {
  network_.forget(partition);
  steps_.parked.erase(partition);
  epochs_.forget_partition(partition);
  figures_.partitions.gone(partition);
}

void Worker::stop_reading(PartitionId partition) {
  readable_[partition] = 0;
}

void Worker::revoked(std::span<const PartitionId> partitions) {
  for (const PartitionId partition : partitions) stop_reading(partition);
  figures_.revoked.add();
  // Records that steps or sinks hold back for company would hold up the whole group.
  network_.flush();
  io_.sink->flush();
  revokes_.push_back({.partitions = {partitions.begin(), partitions.end()},
                      .last_epoch = close_epoch(),
                      .deadline = clock_.now() + plan_.shutdown.drain_timeout});
}

bool Worker::answer_revokes() {
  bool answered = false;
  std::erase_if(revokes_, [&](const Revoke& revoke) {
    const bool unsaved = std::any_of(revoke.partitions.begin(), revoke.partitions.end(),
                                     [&](PartitionId id) { return epochs_.committable_has(id); });
    const bool clean = epochs_.done_through(revoke.last_epoch) && !unsaved;
    const bool over = now_ >= revoke.deadline || state_ == State::leaving;
    if (!committing_.empty() && now_ < revoke.deadline + kCommitGrace) return false;
    if (!clean && !over) return false;
    std::string names;
    for (const PartitionId id : revoke.partitions) {
      names += ' ' + partition_names_[id];
      forget(id);
    }
    if (!clean && state_ != State::leaving) {
      log_.warning(
          fmt::format("{}: gave up{} before all of their records were acknowledged; they will be read again",
                      name_, names));
    } else if (!revoke.partitions.empty()) {
      log_.info(fmt::format("{}: gave up{}", name_, names));
    }
    if (!source_dead_) io_.source->release(revoke.partitions);
    return answered = true;
  });
  return answered;
}

void Worker::lost(std::span<const PartitionId> partitions) {
  std::string names;
  for (const PartitionId id : partitions) {
    stop_reading(id);
    forget(id);
    names += ' ' + partition_names_[id];
    for (Revoke& revoke : revokes_) std::erase(revoke.partitions, id);
  }
  std::erase_if(revokes_, [](const Revoke& revoke) { return revoke.partitions.empty(); });
  figures_.lost.add();
  figures_.joined.set(false);
  log_.warning(fmt::format("{}: lost{}; their uncommitted records will be read again", name_, names));
}

void Worker::source_failed(const absl::Status& status) {
  if (failure_.ok()) failure_ = status;
  source_dead_ = true;
}

void Worker::rewind(PartitionId partition) {
  if (readable_[partition] == 0) return;
  network_.forget(partition);
  if (batch_.held != nullptr) batch_.voided.push_back(partition);
  if (steps_.parked.erase(partition) != 0) io_.source->park(partition, false);
  io_.source->rewind(partition, epochs_.rewind_partition(partition));
}

void Worker::check_for_end() {
  if (failure_.ok() && !outbox_.status().ok()) failure_ = outbox_.status();
  if (state_ != State::running) {
    // What fails while draining ends the drain: nothing more can be finished.
    if (state_ == State::draining && !failure_.ok() && end_ != RunResult::End::failed) {
      begin_drain(RunResult::End::failed, kFailedDrain);
    } else if (state_ == State::draining && end_ == RunResult::End::finished) {
      if (steps_.failure)
        begin_drain(RunResult::End::record_failed, plan_.shutdown.drain_timeout);
      else if (stop_requested_.load(std::memory_order_acquire))
        begin_drain(RunResult::End::stopped, plan_.shutdown.drain_timeout);
    }
    return;
  }
  if (!failure_.ok()) {
    begin_drain(RunResult::End::failed, kFailedDrain);
  } else if (steps_.failure) {
    begin_drain(RunResult::End::record_failed, plan_.shutdown.drain_timeout);
  } else if (stop_requested_.load(std::memory_order_acquire)) {
    begin_drain(RunResult::End::stopped, plan_.shutdown.drain_timeout);
  }
}

void Worker::begin_drain(RunResult::End why, nanoseconds longest) {
  state_ = State::draining;
  end_ = why;
  deadline_ = now_ + longest;
  // What was taken and not begun is read again.
  drop_batch();
  close_epoch();
  network_.flush();
  io_.sink->flush();
}

bool Worker::drain_finished() const {
  if (source_dead_ || now_ >= deadline_) return true;
  if (!committing_.empty() || epochs_.has_committable()) return false;
  if (!outbox_.status().ok()) return true;
  if (epochs_.settled() && outbox_.in_flight() == 0) return true;
  // A refused record keeps its epoch open for good: all that can be waited for is what is still on its way.
  return steps_.failure.has_value() && outbox_.in_flight() == 0 && !outbox_.backed_up();
}

void Worker::begin_leave() {
  drained_ = epochs_.settled() && committing_.empty() && outbox_.in_flight() == 0 && !outbox_.backed_up();
  if (!drained_ && end_ == RunResult::End::stopped) {
    const std::uint64_t owed = epochs_.owed();
    log_.warning(
        owed == 0
            ? fmt::format("{}: the last commit was not confirmed within the drain timeout; what it has not "
                          "reached will be read again",
                          name_)
            : fmt::format(
                  "{}: {} records were not acknowledged within the drain timeout; they will be read again",
                  name_, owed));
  }
  state_ = State::leaving;
  deadline_ = now_ + kLeaveTimeout;
  if (!source_dead_) io_.source->leave(plan_.shutdown.leave_on_stop);
}

RunResult Worker::result() const {
  RunResult result;
  result.end = end_;
  result.status = failure_;
  if (steps_.failure) result.record_errors.push_back(*steps_.failure);
  result.counts = network_.counts(figures_.taken_by_source());
  result.drained = drained_;
  for (std::size_t i = 0; i < segment_.steps.size(); ++i) {
    for (std::size_t source = 0; source < segment_.sources.size(); ++source) {
      if (segment_.sources[source].node != segment_.steps[i].node || segment_.sources[source].internal)
        continue;
      result.counts[i].input += figures_.sources[source].filtered.value();
      result.counts[i].dropped += figures_.sources[source].filtered.value();
    }
  }
  return result;
}

}  // namespace streams::runtime
