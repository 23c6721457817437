#include <streams/operator.hpp>

namespace streams {

Operator::~Operator() = default;

std::chrono::nanoseconds Operator::poll(std::chrono::nanoseconds) {
  return kNever;
}

void Operator::flush() {}

}  // namespace streams
