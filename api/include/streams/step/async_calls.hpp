#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <streams/graph.hpp>
#include <streams/operator.hpp>

namespace streams {

/// The options of an AsyncMap. In the deployment they have the same names, the last four below `retry`.
struct AsyncMapOptions {
  /// Messages that a worker has begun and not sent on, at least 1; while there are so many, it takes no new records.
  std::int64_t max_in_flight = 64;
  /// Messages of one partition leave in the order in which they came; else each as soon as it is answered.
  bool ordered = true;
  /// An attempt that is not answered within that time has failed. Nothing: it may take as long as it needs.
  std::optional<std::chrono::milliseconds> timeout = std::chrono::seconds(30);
  /// Attempts in all, at least 1. Not set, as the three behind it: the deployment's `retry`.
  std::optional<std::int64_t> max_attempts{};
  std::optional<std::chrono::milliseconds>
      backoff{};                   ///< before the second attempt; doubles for each further one
  std::optional<double> jitter{};  ///< share of the pause that is drawn by lot, from 0 to 1
  std::optional<std::chrono::milliseconds> max_backoff{};  ///< the longest pause
};

namespace detail {

STREAMS_EXPORT Options async_map_options(const AsyncMapOptions& options);
STREAMS_EXPORT std::vector<std::string> async_map_faults(const Options& effective);
/// What is in force; throws PipelineError when it contradicts itself.
STREAMS_EXPORT AsyncMapOptions read_async_map_options(const Options& effective);

/// The part of an AsyncMap that knows no types: which calls are under way, when they are over, what is tried again,
/// and in which order messages go on. Threads: the worker's.
class STREAMS_EXPORT AsyncCalls : public Operator {
 public:
  explicit AsyncCalls(const AsyncMapOptions& options);
  ~AsyncCalls() override;

  std::chrono::nanoseconds poll(std::chrono::nanoseconds now) final;
  void forget(std::uint32_t partition) final;

 protected:
  /// One message, from its arrival until it goes on.
  class STREAMS_EXPORT Call {
   public:
    explicit Call(const Envelope& of) : envelope(of) {}
    virtual ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    Envelope envelope;

   private:
    friend AsyncCalls;
    using Time = std::pair<std::chrono::nanoseconds, std::uint64_t>;  // and a number, so that none are equal
    enum class State { waiting, asked, pausing, settled };

    Kept kept_;
    std::uint32_t partition_ = 0;
    State state_ = State::waiting;
    std::int64_t attempts_ = 0;
    std::uint64_t id_ = 0;  // of the attempt
    std::optional<Time> due_;
    std::string fault_;
    std::list<std::unique_ptr<Call>>::iterator place_;
  };

  /// Takes a new message.
  void accept(std::unique_ptr<Call> call);
  /// The call whose attempt has that number; null when nobody waits for it any more.
  Call* asked(std::uint64_t id) const;
  /// The attempt is over.
  void succeed(Call& call);
  void fail(Call& call, std::string fault);

  /// Calls the author's function, and throws what it throws.
  virtual void ask(Call& call, std::uint64_t id) = 0;
  /// Ends waiting for the answer; false when it is on its way to `take_answers()`.
  virtual bool give_up(Call& call) = 0;
  /// Calls `succeed` or `fail` for what was answered since; false when nothing was.
  virtual bool take_answers() = 0;
  /// Sends on a message whose call has succeeded.
  virtual void send_on(Call& call) = 0;

 private:
  void begin(Call& call, std::chrono::nanoseconds now);
  void attempt(Call& call, std::chrono::nanoseconds now);
  void attempt_failed(Call& call, std::string fault, std::chrono::nanoseconds now);
  void settle(Call& call);
  void meet(Call& call, std::chrono::nanoseconds now);
  void set_due(Call& call, std::chrono::nanoseconds at);
  void clear_due(Call& call);
  void send_settled();
  void finish(Call& call);
  void block_if_full();
  bool has_room() const;
  std::chrono::nanoseconds pause_after(const Call& call) const;

  const AsyncMapOptions options_;
  std::map<std::uint32_t, std::list<std::unique_ptr<Call>>> lines_;  // by partition, in order of arrival
  std::deque<Call*> waiting_;                                        // not begun
  std::unordered_map<std::uint64_t, Call*> asked_;
  std::map<Call::Time, Call*> due_;
  std::deque<Call*> settled_;  // those whose turn it is
  std::uint64_t next_number_ = 0;
  std::int64_t in_flight_ = 0;
};

}  // namespace detail
}  // namespace streams
