#pragma once

#include <memory>
#include <source_location>
#include <string>
#include <utility>

#include <streams/codec/format.hpp>
#include <streams/codec/json.hpp>
#include <streams/codec/raw.hpp>
#include <streams/step/codec_steps.hpp>
#include <streams/step/step.hpp>

namespace streams {

/// Turns bytes into a `T`. Which format is the type's own matter (a described struct is JSON, a generated
/// Protobuf message is Protobuf, see `Codec`), or is named: `Parser<Order, ProtobufJsonFormat>("parser")`.
/// Bytes that are no `T` are a step error of kind `parse`.
template <class T, class Format = DefaultFormat>
class Parser {
 public:
  static constexpr bool kIsStep = true;

  explicit Parser(std::string name, std::source_location where = std::source_location::current())
      : head_(std::move(name), where) {}

  template <class In>
  using Output = T;

 private:
  static constexpr bool kPayload = Payload<T>;
  static constexpr bool kCodec = EncodableIn<T, Format>;
  static constexpr bool kStartable = std::default_initializable<T>;

 public:
  template <class In>
  static constexpr bool accepts = std::same_as<In, Bytes>&& kPayload&& kCodec&& kStartable;

  template <class In>
  static constexpr void diagnose() {
    if constexpr (!std::same_as<In, Bytes>) {
      static_assert(
          accepts<In>,
          "[streams] Parser: this stream is already parsed; a Parser reads Bytes, as a source gives them");
    } else if constexpr (!kPayload) {
      static_assert(accepts<In>, "[streams] Parser: the type must be a copyable value type");
    } else if constexpr (!kCodec) {
      static_assert(accepts<In>,
                    "[streams] Parser: the type has no codec: describe the struct and the structs in it with "
                    "BOOST_DESCRIBE_STRUCT, include <streams/codec/protobuf.hpp> for a Protobuf message, or "
                    "specialise streams::Codec<T>");
    } else {
      static_assert(accepts<In>, "[streams] Parser: the type must be default constructible");
    }
  }

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, T>(std::move(head_), "Parser");
    node.options = {{"format", std::string(CodecIn<Format, T>::name)}};
    node.make = [](const Options&) { return std::make_unique<detail::DecodeStep<T, CodecIn<Format, T>>>(); };
    return node;
  }

 private:
  detail::StepHead head_;
};

}  // namespace streams
