#pragma once

#include <concepts>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <streams/bytes.hpp>
#include <streams/export.hpp>
#include <streams/output.hpp>

namespace streams {

/// Bytes that are no value of the type asked for, or a value that cannot be written. The text says what is
/// wrong and where (`$.tags.env: expected a string, found a number`), and never quotes the payload.
class STREAMS_EXPORT CodecError : public std::runtime_error {
 public:
  explicit CodecError(const std::string& text) : std::runtime_error(text) {}
  ~CodecError() override;
};

/// How values of `T` become bytes and back: the default one that `Parser<T>` and `Serializer` use.
/// Specialise it for a type of your own:
///
///     template <> struct streams::Codec<Point> {
///       static constexpr std::string_view name = "point";
///       static void decode(const Bytes& in, Point& out);         // throws CodecError
///       static void encode(const Point& value, Output& out);     // throws CodecError
///     };
///
/// `decode` gets a value-initialised `out`. Both are called by many threads at once on different values. A codec
/// may have a `Session`, a type of which each step that uses the codec holds one for as long as it lives.
template <class T>
struct Codec;

/// `C` can read and write values of `T`.
template <class C, class T>
concept CodecFor = requires(const Bytes& in, const T& value, T& result, Output& out) {
  { C::name } -> std::convertible_to<std::string_view>;
  C::decode(in, result);
  C::encode(value, out);
};

namespace detail {

struct NoSession {};

template <class C>
struct SessionOf {
  using type = NoSession;
};
template <class C>
requires requires {
  typename C::Session;
}
struct SessionOf<C> {
  using type = typename C::Session;
};

}  // namespace detail

/// `T` has a default codec.
template <class T>
concept Encodable = CodecFor<Codec<T>, T>;

}  // namespace streams
