#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <streams/codec/format.hpp>
#include <streams/codec/json.hpp>
#include <streams/codec/raw.hpp>
#include <streams/step/step.hpp>

namespace streams {

/// Turns batches of bytes into batches of `T`, as `Parser<T>` does with one. An element that is no `T` is refused
/// by itself, as a step error of kind `parse`, and the others go on without it; a batch of which nothing is left
/// goes no further.
template <class T, class Format = DefaultFormat>
class BatchParser {
 public:
  static constexpr bool kIsStep = true;

  explicit BatchParser(std::string name, std::source_location where = std::source_location::current())
      : head_(std::move(name), where) {}

  template <class In>
  using Output = std::vector<T>;
  template <class In>
  static constexpr bool accepts = std::same_as<In, std::vector<Bytes>>&& EncodableIn<T, Format>&&
      std::default_initializable<T>&& Payload<T>;

  template <class In>
  static constexpr void diagnose() {
    if constexpr (!std::same_as<In, std::vector<Bytes>>) {
      static_assert(accepts<In>,
                    "[streams] BatchParser: it reads batches of Bytes, as a Batch right behind a source gives them");
    } else {
      static_assert(accepts<In>,
                    "[streams] BatchParser: the type has no codec: describe the struct and the structs in it with "
                    "BOOST_DESCRIBE_STRUCT, include <streams/codec/protobuf.hpp> for a Protobuf message, or "
                    "specialise streams::Codec<T>; and it must be default constructible");
    }
  }

  template <class In>
  Node node() && {
    Node node = detail::transform_node<In, std::vector<T>>(std::move(head_), "BatchParser");
    node.options = {{"format", std::string(CodecIn<Format, T>::name)}};
    node.make = [](const Options&) { return std::make_unique<Step>(); };
    return node;
  }

 private:
  class Step final : public Operator {
   public:
    void process(Envelope& envelope, void* payload) override {
      const auto& batch = *static_cast<const std::vector<Bytes>*>(payload);
      const bool one_by_one = context().parts() == batch.size();
      std::vector<T> values;
      values.reserve(batch.size());
      std::vector<std::size_t> good;
      for (std::size_t i = 0; i < batch.size() && !context().failed(); ++i) {
        if (one_by_one) {
          const Kept part = context().keep_part(i);
          const InHand in_hand(context(), part);
          const Envelope own = context().part_envelope(0);
          if (parse(own, batch[i], values)) good.push_back(i);
        } else if (!parse(envelope, batch[i], values)) {
          return;  // which of its messages is at fault is not known: the batch is refused as a whole
        }
      }
      if (values.empty() || context().failed()) return;
      if (!one_by_one || good.size() == batch.size()) {
        emit(envelope, &values);
        return;
      }
      std::vector<Kept> rest;
      for (const std::size_t i : good) rest.push_back(context().keep_part(i));
      const Kept whole = context().join(std::move(rest));
      const InHand in_hand(context(), whole);
      emit(envelope, &values);
    }

   private:
    bool parse(const Envelope& envelope, const Bytes& bytes, std::vector<T>& values) {
      const std::size_t before = values.size();
      const auto parsed = detail::at_border(context(), envelope, StepErrorKind::parse, [&] {
        CodecIn<Format, T>::decode(bytes, values.emplace_back());
        return true;
      });
      if (!parsed) values.resize(before);
      return static_cast<bool>(parsed);
    }

    [[no_unique_address]] typename detail::SessionOf<CodecIn<Format, T>>::type session_;
  };

  detail::StepHead head_;
};

}  // namespace streams
