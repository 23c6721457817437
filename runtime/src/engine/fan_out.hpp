#pragma once

#include <utility>
#include <vector>

#include <streams/operator.hpp>
#include <streams/payload_type.hpp>

namespace streams::runtime {

/// Sends every message to several steps: a copy to each but the last, which gets the message itself.
class FanOut final : public Operator {
 public:
  FanOut(const PayloadType& type, std::vector<Operator*> to) : type_(type), to_(std::move(to)) {}

  void process(Envelope& envelope, void* payload) override {
    for (std::size_t i = 0; i + 1 < to_.size(); ++i) {
      Envelope own = envelope.lend();
      const auto copy = type_.copy(payload);
      to_[i]->process(own, copy.get());
    }
    to_.back()->process(envelope, payload);
  }

  /// As `Operator::redirect`, for the target of that index.
  Operator* redirect_target(std::size_t index, Operator* next) noexcept {
    return std::exchange(to_[index], next);
  }

 private:
  const PayloadType& type_;
  std::vector<Operator*> to_;
};

}  // namespace streams::runtime
