#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <streams/message.hpp>
#include <streams/payload_type.hpp>

// How a user function is called: with the payload (`const T&` or `T`) or with the message (`const
// Message<T>&` or `Message<T>`); the payload is tried first. Always called as const: each worker has one copy
// of it, and state that changes from record to record would differ between workers.

namespace streams::detail {

template <class F, class T>
concept TakesPayload = std::invocable<const F&, T>;
template <class F, class T>
concept TakesConstPayload = std::invocable<const F&, const T&>;
template <class F, class T>
concept TakesMessage = !TakesPayload<F, T> && std::invocable<const F&, Message<T>>;

/// The type of the one parameter of a function or of a function object with one `operator()`; void where it
/// cannot be told apart (overloads, templates).
template <class F>
struct Parameter {
  using type = void;
};
template <class R, class A>
struct Parameter<R (*)(A)> {
  using type = A;
};
template <class R, class A>
struct Parameter<R (*)(A) noexcept> {
  using type = A;
};
template <class R, class C, class A>
struct Parameter<R (C::*)(A) const> {
  using type = A;
};
template <class R, class C, class A>
struct Parameter<R (C::*)(A) const noexcept> {
  using type = A;
};
template <class F>
requires requires {
  &F::operator();
}
struct Parameter<F> : Parameter<decltype(&F::operator())> {};

/// It looks at the message where it is. What takes `Message<T>` by value could be called like this too, but
/// would copy the headers.
template <class F, class T>
concept LooksAtMessage = TakesMessage<F, T> && std::invocable < const F&,
        const Message<T>
& > &&!std::same_as<typename Parameter<F>::type, Message<T>>;

template <class F, class T>
concept Takes = TakesPayload<F, T> || TakesMessage<F, T>;

/// It would be callable if it were not const: a `mutable` lambda or a non-const operator().
template <class F, class T>
concept TakesOnlyMutably = !Takes<F, T> && (std::invocable<F&, T> || std::invocable<F&, Message<T>>);

/// It wants to change the record in place.
template <class F, class T>
concept TakesReference =
    !Takes<F, T> && (std::invocable<const F&, T&> || std::invocable<const F&, Message<T>&>);

template <class F, class T>
struct CallResult {
  using type = void;
};
template <class F, class T>
requires TakesPayload<F, T>
struct CallResult<F, T> {
  using type = std::invoke_result_t<const F&, T>;
};
template <class F, class T>
requires TakesMessage<F, T>
struct CallResult<F, T> {
  using type = std::invoke_result_t<const F&, Message<T>>;
};
template <class F, class T>
using call_result_t = typename CallResult<F, T>::type;

template <class R>
struct PayloadOf {
  using type = std::remove_cvref_t<R>;
};
template <class R>
requires kIsMessage<std::remove_cvref_t<R>>
struct PayloadOf<R> {
  using type = typename std::remove_cvref_t<R>::Payload;
};
/// The payload type of what a function returns: `U` of `U` and of `Message<U>`.
template <class R>
using payload_of_t = typename PayloadOf<R>::type;

/// A record as one message for as long as a function looks at it; afterwards both parts are where they were.
template <class T>
class LentMessage {
 public:
  LentMessage(Envelope& envelope, T& payload)
      : envelope_(envelope), payload_(payload), message_(std::move(payload), std::move(envelope)) {}
  LentMessage(const LentMessage&) = delete;
  LentMessage& operator=(const LentMessage&) = delete;
  ~LentMessage() {
    envelope_ = static_cast<Envelope&&>(message_);
    payload_ = std::move(message_.payload);
  }
  const Message<T>& message() const noexcept { return message_; }

 private:
  Envelope& envelope_;
  T& payload_;
  Message<T> message_;
};

/// Calls `function` with a record whose payload is not needed afterwards. When it throws, the envelope is as
/// it was; when it returns a message, the envelope may be moved from.
template <class F, class T>
call_result_t<F, T> call_and_consume(const F& function, Envelope& envelope, T& payload) {
  if constexpr (TakesPayload<F, T>) {
    return std::invoke(function, std::move(payload));
  } else if constexpr (LooksAtMessage<F, T>) {
    const LentMessage<T> lent(envelope, payload);
    return std::invoke(function, lent.message());
  } else if constexpr (kIsMessage<std::remove_cvref_t<call_result_t<F, T>>>) {
    Envelope kept = envelope.lend();
    try {
      return std::invoke(function, Message<T>(std::move(payload), std::move(envelope)));
    } catch (...) {
      envelope = std::move(kept);
      throw;
    }
  } else {
    return std::invoke(function, Message<T>(std::move(payload), envelope.lend()));
  }
}

/// Calls `function` with a record that goes on afterwards as it is.
template <class F, class T>
call_result_t<F, T> call_and_keep(const F& function, Envelope& envelope, T& payload) {
  if constexpr (TakesConstPayload<F, T>) {
    return std::invoke(function, std::as_const(payload));
  } else if constexpr (TakesPayload<F, T>) {
    return std::invoke(function, T(payload));
  } else if constexpr (LooksAtMessage<F, T>) {
    const LentMessage<T> lent(envelope, payload);
    return std::invoke(function, lent.message());
  } else {
    return std::invoke(function, Message<T>(T(payload), envelope.lend()));
  }
}

}  // namespace streams::detail
