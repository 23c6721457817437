#pragma once

#include <chrono>
#include <thread>

namespace streams::tests {

/// Asks until the condition holds or the time is over; returns whether it holds. For conditions that nobody
/// announces, such as what another process did.
template <class Condition>
bool await(Condition condition, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace streams::tests
