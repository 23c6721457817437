#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

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

 private:
  Counter* counter_ = nullptr;
};

/// What the runtime gives to one step of one worker. It outlives the operator.
class STREAMS_EXPORT StepContext {
 public:
  /// Says that this step refuses the record; the runtime applies the step's policy. The step emits nothing
  /// for it. `text` must not quote the payload.
  virtual void fail(const Envelope& envelope, StepErrorKind kind, std::string_view text) = 0;
  /// Says that the step dropped the record on purpose.
  virtual void dropped() noexcept = 0;
  /// Keeps the epoch of the record in hand open until the hold is released.
  virtual Hold hold() = 0;
  /// While blocked, the worker takes no new records; what it has taken still arrives.
  virtual void set_blocked(bool blocked) noexcept = 0;
  /// True once the worker is stopping because a record failed: a step that emits many may end early.
  virtual bool failed() const noexcept = 0;
  /// Now, by the runtime's clock, from an arbitrary but steady start.
  virtual std::chrono::nanoseconds now() const noexcept = 0;

 protected:
  ~StepContext() = default;
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

  /// Messages sent on so far. Threads: any.
  std::uint64_t emitted() const noexcept { return emitted_.load(std::memory_order_relaxed); }

  /// Sends on to `next` from now on; returns where messages went before. For the runtime, between two
  /// records: so it puts itself in between to measure one.
  Operator* redirect(Operator* next) noexcept { return std::exchange(next_, next); }

 protected:
  virtual void opened() {}
  StepContext& context() const noexcept { return *context_; }
  void emit(Envelope& envelope, void* payload) {
    // One thread writes, so two plain moves are enough; others may read.
    emitted_.store(emitted_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    next_->process(envelope, payload);
  }

 private:
  StepContext* context_ = nullptr;
  Operator* next_ = nullptr;
  std::atomic<std::uint64_t> emitted_{0};
};

}  // namespace streams
