#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <streams/error.hpp>
#include <streams/export.hpp>
#include <streams/message.hpp>

namespace streams {

/// Keeps the records taken so far uncommitted: a step that still owes work for a record holds one until that
/// work is done. Moving it moves the debt; destroying it pays the debt.
/// Threads: made and destroyed on the worker's thread.
class STREAMS_EXPORT Hold {
 public:
  /// Whoever counts the holds; the runtime's epoch.
  class STREAMS_EXPORT Counter {
   public:
    virtual void add_hold() noexcept = 0;
    virtual void drop_hold() noexcept = 0;

   protected:
    ~Counter() = default;
  };

  Hold() noexcept = default;
  explicit Hold(Counter& counter) noexcept : counter_(&counter) { counter.add_hold(); }
  Hold(Hold&& other) noexcept : counter_(std::exchange(other.counter_, nullptr)) {}
  Hold& operator=(Hold&& other) noexcept {
    if (this != &other) {
      release();
      counter_ = std::exchange(other.counter_, nullptr);
    }
    return *this;
  }
  ~Hold() { release(); }

  void release() noexcept {
    if (counter_ != nullptr) std::exchange(counter_, nullptr)->drop_hold();
  }
  /// Another hold for the same records; none for none.
  Hold again() const noexcept { return counter_ == nullptr ? Hold() : Hold(*counter_); }
  /// True while it keeps work of the same epoch as `other`.
  bool same_epoch(const Hold& other) const noexcept { return counter_ == other.counter_; }
  Counter* counter() const noexcept { return counter_; }

 private:
  Counter* counter_ = nullptr;
};

/// A message that a step keeps past its call, or several that it has made one of: keeps their epochs open and
/// remembers which source records they came from, so that what becomes of them later is treated as if it were
/// at once. Made by `StepContext`. Threads: made, used and destroyed on the worker's thread.
class STREAMS_EXPORT Kept {
 public:
  Kept() noexcept = default;
  /// For the runtime: `hold` is on what it remembers of the message.
  explicit Kept(Hold hold) noexcept : hold_(std::move(hold)) {}

  const Hold& hold() const noexcept { return hold_; }
  explicit operator bool() const noexcept { return hold_.counter() != nullptr; }

 private:
  Hold hold_;
};

/// What the runtime gives to one step of one worker. It outlives the operator.
class STREAMS_EXPORT StepContext {
 public:
  /// Says that this step refuses the record; the runtime applies the step's policy. The step emits nothing
  /// for it. `text` must not quote the payload.
  virtual void fail(const Envelope& envelope, StepErrorKind kind, std::string_view text) = 0;
  /// As `fail`, when the step has tried that often by itself.
  virtual void fail_after(int attempts, const Envelope& envelope, StepErrorKind kind,
                          std::string_view text) = 0;
  /// Says that the step tries a message once more by itself.
  virtual void retried() noexcept = 0;
  /// Says that the step dropped the record on purpose.
  virtual void dropped() noexcept = 0;
  /// Keeps the epoch of the record in hand open until the hold is released.
  virtual Hold hold() = 0;
  /// While blocked, the worker takes no new records and lays aside those that it has taken; what the record in hand
  /// becomes still arrives, as does what other steps have kept.
  virtual void set_blocked(bool blocked) noexcept = 0;
  /// Bytes that the step keeps from now on beside the records of the source, which are counted already; negative when it
  /// lets go of them. They use up `memory.budget`.
  virtual void count_kept_bytes(std::int64_t bytes) noexcept = 0;
  /// True once the worker is stopping because a record failed: a step that emits many may end early.
  virtual bool failed() const noexcept = 0;
  /// Now, by the runtime's clock, from an arbitrary but steady start.
  virtual std::chrono::nanoseconds now() const noexcept = 0;

  /// Which of the worker's partitions the message in hand came from. Ids count up from 0, and no two
  /// assignments of a partition have the same; `Operator::forget` ends one.
  virtual std::uint32_t partition() const noexcept = 0;
  /// The size of the message in hand as its source had it, in bytes; of a batch the sum.
  virtual std::size_t source_bytes() const noexcept = 0;
  /// How many messages the one in hand was made of: 1, or a batch's number.
  virtual std::size_t parts() const noexcept = 0;
  /// The message in hand, to be gone on with later. `envelope` is what `part_envelope` gives for it.
  virtual Kept keep(const Envelope& envelope) = 0;
  /// One part of the message in hand.
  virtual Kept keep_part(std::size_t index) = 0;
  virtual Envelope part_envelope(std::size_t index) const = 0;
  /// One message made of all parts of these, in order.
  virtual Kept join(std::vector<Kept> messages) = 0;
  /// Makes a kept message the one in hand, until `put_back()`. Use `InHand`.
  virtual void take_in_hand(const Kept& message) = 0;
  virtual void put_back() noexcept = 0;
  /// Ends the worker's sleep, so that steps are polled soon: for work that ends on another thread. From any
  /// thread, and for as long as it is wanted: it does nothing once the worker is gone.
  virtual std::function<void()> waker() = 0;

 protected:
  ~StepContext() = default;
};

/// For as long as it lives, a kept message is the one in hand: what is sent on, refused or dropped meanwhile
/// counts for it. They nest. `message` outlives it.
class InHand {
 public:
  InHand(StepContext& context, const Kept& message) : context_(context) { context.take_in_hand(message); }
  ~InHand() { context_.put_back(); }
  InHand(const InHand&) = delete;
  InHand& operator=(const InHand&) = delete;

 private:
  StepContext& context_;
};

/// One step of one worker, with its types erased.
///
/// Lifecycle: made by its node's factory, `open()`, then `process()` for each record and `poll()` now and
/// then, then destroyed. Threads: all on the worker's thread.
class STREAMS_EXPORT Operator {
 public:
  virtual ~Operator();

  /// Called once before the first record. `context` outlives the operator; `next` is null for a sink.
  void open(StepContext& context, Operator* next) {
    context_ = &context;
    next_ = next;
    opened();
  }

  /// Takes one record. `payload` points to a value of the node's input type, which the step may move from, as
  /// it may change `envelope`. No exception leaves it.
  virtual void process(Envelope& envelope, void* payload) = 0;

  /// Does what is due by time. Returns when it wants to be called again (steady time as in
  /// `StepContext::now()`); `kNever` when it waits for records only.
  virtual std::chrono::nanoseconds poll(std::chrono::nanoseconds now);
  static constexpr std::chrono::nanoseconds kNever = std::chrono::nanoseconds::max();

  /// Finishes what is held as soon as possible: the worker is draining, or short of memory.
  virtual void flush();

  /// Drops what is held of a partition (see `StepContext::partition()`): somebody else reads it now, or it is
  /// read again.
  virtual void forget(std::uint32_t partition);

  /// Messages sent on so far. Threads: any.
  std::uint64_t emitted() const noexcept { return emitted_.load(std::memory_order_relaxed); }

  /// Sends on to `next` from now on; returns where messages went before. For the runtime, between two
  /// records: so it puts itself in between to measure one.
  Operator* redirect(Operator* next) noexcept { return std::exchange(next_, next); }

 protected:
  virtual void opened() {}
  StepContext& context() const noexcept { return *context_; }
  void emit(Envelope& envelope, void* payload) {
    count_emitted();
    next_->process(envelope, payload);
  }
  void count_emitted() noexcept {
    // One thread writes, so two plain moves are enough; others may read.
    emitted_.store(emitted_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

 private:
  StepContext* context_ = nullptr;
  Operator* next_ = nullptr;
  std::atomic<std::uint64_t> emitted_{0};
};

/// A step with several ways on, called ports, of which it chooses itself.
class STREAMS_EXPORT PortedOperator : public Operator {
 public:
  ~PortedOperator() override;

  /// Called before `open()`, whose `next` is then null.
  void open_ports(std::vector<Operator*> to);
  std::size_t ports() const noexcept { return ports_.size(); }
  /// As `redirect()`, for one port.
  Operator* redirect_port(std::size_t port, Operator* next) noexcept {
    return std::exchange(ports_[port].next, next);
  }
  /// Messages sent on by that port so far. Threads: any.
  std::uint64_t emitted_by(std::size_t port) const noexcept {
    return ports_[port].emitted.load(std::memory_order_relaxed);
  }

 protected:
  void emit_to(std::size_t port, Envelope& envelope, void* payload) {
    count_emitted();
    Port& to = ports_[port];
    to.emitted.store(to.emitted.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    to.next->process(envelope, payload);
  }

 private:
  struct Port {
    Operator* next = nullptr;
    std::atomic<std::uint64_t> emitted{0};
  };
  std::vector<Port> ports_;
};

}  // namespace streams
