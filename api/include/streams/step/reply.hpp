#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <streams/message.hpp>

namespace streams {

namespace detail {

/// What came back of one call.
template <class U>
struct Answer {
  std::uint64_t call = 0;
  std::optional<U> value{};
  std::optional<Envelope> envelope{};  ///< where the answer is a message
  std::string fault{};                 ///< where there is no value
};

/// Brings answers from any thread to the worker's. Shared by a step and its replies; once the step has closed it,
/// what comes is dropped. Threads: any.
template <class U>
class AnswerQueue {
 public:
  /// `wake` ends the worker's sleep; it may be called from any thread, also when the worker is gone.
  explicit AnswerQueue(std::function<void()> wake) : wake_(std::move(wake)) {}

  void put(Answer<U> answer) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return;
      first = answers_.empty();
      answers_.push_back(std::move(answer));
    }
    if (first) wake_();
  }
  std::vector<Answer<U>> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(answers_, {});
  }
  void close() {
    std::vector<Answer<U>> dropped;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(answers_);
  }

  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::vector<Answer<U>> answers_;
  bool closed_ = false;
};

/// One call that is waited for. It is answered when the last reply goes, if it was not before. Threads: any.
template <class U>
class OpenCall {
 public:
  OpenCall(std::shared_ptr<AnswerQueue<U>> queue, std::uint64_t call)
      : queue_(std::move(queue)), call_(call) {}
  OpenCall(const OpenCall&) = delete;
  OpenCall& operator=(const OpenCall&) = delete;
  ~OpenCall() { answer({.fault = "the reply was dropped without an answer"}); }

  /// The first one counts.
  void answer(Answer<U> answer) {
    if (!close()) return;
    answer.call = call_;
    queue_->put(std::move(answer));
  }
  bool wanted() const { return open_.load(std::memory_order_acquire) && !queue_->closed(); }
  /// Nobody waits any more. False when an answer has come, or is on its way to the worker.
  bool close() noexcept { return open_.exchange(false, std::memory_order_acq_rel); }

 private:
  const std::shared_ptr<AnswerQueue<U>> queue_;
  const std::uint64_t call_;
  std::atomic<bool> open_{true};
};

}  // namespace detail

/// How the function of an AsyncMap answers one call: with the new payload, a `Message<U>` (to change key, headers or
/// timestamp too), or a fault. The first answer counts. One that comes after the time-out, or when the worker is gone,
/// is dropped. When the last copy of a reply goes without an answer, the call has failed.
///
/// Threads: any; copies are of one call.
template <class U>
class Reply {
 public:
  using Payload = U;

  /// For AsyncMap.
  explicit Reply(std::shared_ptr<detail::OpenCall<U>> call) noexcept : call_(std::move(call)) {}

  void send(U value) const {
    if (call_ != nullptr) call_->answer({.value = std::move(value)});
  }
  void send(Message<U> message) const {
    std::optional<Envelope> envelope(static_cast<Envelope&&>(message));
    if (call_ != nullptr)
      call_->answer({.value = std::move(message.payload), .envelope = std::move(envelope)});
  }
  /// `text` goes into logs and dead letters, so it must not quote the payload or a secret.
  void fail(std::string text) const {
    if (text.empty()) text = "failed without a text";
    if (call_ != nullptr) call_->answer({.fault = std::move(text)});
  }
  /// Sends what `work` returns, a `U` or `Message<U>`, or fails with what it throws.
  template <class Work>
  void send_from(Work&& work) const {
    try {
      send(std::forward<Work>(work)());
    } catch (const std::exception& error) {
      fail(error.what());
    } catch (...) {
      fail("an exception that is no std::exception");
    }
  }
  /// False once it is answered, or nobody waits for an answer any more: work for it may be left.
  bool wanted() const { return call_ != nullptr && call_->wanted(); }

 private:
  std::shared_ptr<detail::OpenCall<U>> call_;
};

template <class T>
inline constexpr bool kIsReply = false;
template <class U>
inline constexpr bool kIsReply<Reply<U>> = true;

}  // namespace streams
