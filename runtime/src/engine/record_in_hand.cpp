#include "engine/record_in_hand.hpp"

namespace streams::runtime {

void HeldBatches::drop_message(Held* held) noexcept {
  auto& message = *static_cast<KeptMessage*>(held);
  message.pool->recycle(message);
}

KeptMessage& KeptMessages::make() {
  if (spare_.empty()) {
    all_.push_back(std::make_unique<KeptMessage>());
    all_.back()->message = true;
    all_.back()->pool = this;
    spare_.reserve(all_.size());
    spare_.push_back(all_.back().get());
  }
  KeptMessage& message = *spare_.back();
  spare_.pop_back();
  return message;
}

void KeptMessages::recycle(KeptMessage& message) noexcept {
  message.parts.clear();
  spare_.push_back(&message);
}

}  // namespace streams::runtime
