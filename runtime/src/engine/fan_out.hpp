#pragma once

#include <utility>
#include <vector>

#include <streams/operator.hpp>
#include <streams/payload_type.hpp>

namespace streams::runtime {

/// Sends every message to several steps: a copy to each but the last, which gets the message itself.
class FanOut final : public PortedOperator {
 public:
  FanOut(const PayloadType& type, std::vector<Operator*> to) : type_(type) { open_ports(std::move(to)); }

  void process(Envelope& envelope, void* payload) override {
    for (std::size_t i = 0; i + 1 < ports(); ++i) {
      Envelope own = envelope.lend();
      const auto copy = type_.copy(payload);
      emit_to(i, own, copy.get());
    }
    emit_to(ports() - 1, envelope, payload);
  }

 private:
  const PayloadType& type_;
};

}  // namespace streams::runtime
