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

/// Turns a payload into bytes, in the format of its type or in a named one:
/// `Serializer<ProtobufJsonFormat>("serializer")`. A value that cannot be written is a step error of kind
/// `serialize`.
template <class Format = DefaultFormat>
class Serializer {
 public:
  static constexpr bool kIsStep = true;

  explicit Serializer(std::string name, std::source_location where = std::source_location::current())
      : head_(std::move(name), where) {}

  template <class In>
  using Output = Bytes;
  template <class In>
  static constexpr bool accepts = EncodableIn<In, Format>;

  template <class In>
  static constexpr void diagnose() {
    static_assert(accepts<In>,
                  "[streams] Serializer: the payload has no codec: describe the struct and the structs in it "
                  "with BOOST_DESCRIBE_STRUCT, include <streams/codec/protobuf.hpp> for a Protobuf message, "
                  "or specialise streams::Codec<T>");
  }

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, Bytes>(std::move(head_), "Serializer");
    node.options = {{"format", std::string(CodecIn<Format, In>::name)}};
    node.make = [](const Options&) { return std::make_unique<detail::EncodeStep<In, CodecIn<Format, In>>>(); };
    return node;
  }

 private:
  detail::StepHead head_;
};

Serializer(std::string)->Serializer<DefaultFormat>;

}  // namespace streams
