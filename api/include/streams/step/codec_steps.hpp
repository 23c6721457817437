#pragma once

#include <memory>
#include <optional>

#include <streams/codec/codec.hpp>
#include <streams/operator.hpp>
#include <streams/output.hpp>
#include <streams/step/border.hpp>

// The steps that call a codec: behind Parser and Serializer, and at both ends of a topic between two segments.

namespace streams::detail {

/// Bytes to values of `T`.
template <class T, class C>
class DecodeStep final : public Operator {
 public:
  void process(Envelope& envelope, void* payload) override {
    std::optional<T> value;
    const auto parsed = at_border(context(), envelope, StepErrorKind::parse, [&] {
      C::decode(*static_cast<const Bytes*>(payload), value.emplace());
      return true;
    });
    if (parsed) emit(envelope, &*value);
  }

 private:
  [[no_unique_address]] typename SessionOf<C>::type session_;
};

/// Values of `T` to bytes.
template <class T, class C>
class EncodeStep final : public Operator {
 public:
  void process(Envelope& envelope, void* payload) override {
    const auto written = at_border(context(), envelope, StepErrorKind::serialize, [&] {
      C::encode(*static_cast<const T*>(payload), output_);
      return true;
    });
    if (!written) {
      output_.discard();
      return;
    }
    Bytes bytes = output_.take();
    emit(envelope, &bytes);
  }

 private:
  Output output_;
  [[no_unique_address]] typename SessionOf<C>::type session_;
};

}  // namespace streams::detail
