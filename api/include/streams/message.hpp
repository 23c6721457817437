#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include <streams/bytes.hpp>
#include <streams/headers.hpp>

namespace streams {

/// A record's time, as Kafka keeps it: milliseconds since 1970 UTC.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
/// The time of a record that has none.
inline constexpr Timestamp kNoTimestamp{std::chrono::milliseconds{-1}};

/// Where a record came from.
struct Origin {
  std::string_view topic;  ///< lives as long as the pipeline runs
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  friend bool operator==(const Origin&, const Origin&) = default;
};

/// What travels with a payload through every step, unless a step changes it.
struct Envelope {
  Bytes key;  ///< null: the record has no key
  Headers headers;
  Timestamp timestamp = kNoTimestamp;
  Origin origin;

  /// The same envelope for the call for which this one was lent; see `Bytes::lend()`.
  Envelope lend() const { return {key.lend(), headers.lend(), timestamp, origin}; }
};

/// A payload with its key, headers, timestamp and origin.
///
/// A user function that takes `Message<T>` may read all of it and return one with another key, headers and
/// timestamp; one that takes the payload alone leaves the rest as it is. The origin stays what it is in any
/// case. `T` and `Message<T>` never convert into each other.
template <class T>
struct Message : Envelope {
  using Payload = T;

  Message() = default;
  Message(T value, Envelope envelope) : Envelope(std::move(envelope)), payload(std::move(value)) {}

  /// The same message with another payload.
  template <class U>
  Message<std::decay_t<U>> with(U&& value) const& {
    return Message<std::decay_t<U>>(std::forward<U>(value), static_cast<const Envelope&>(*this));
  }
  template <class U>
  Message<std::decay_t<U>> with(U&& value) && {
    return Message<std::decay_t<U>>(std::forward<U>(value), static_cast<Envelope&&>(*this));
  }

  T payload{};
};

template <class T>
inline constexpr bool kIsMessage = false;
template <class T>
inline constexpr bool kIsMessage<Message<T>> = true;

}  // namespace streams
