#include <streams/operator.hpp>

namespace streams {

Operator::~Operator() = default;

std::chrono::nanoseconds Operator::poll(std::chrono::nanoseconds) {
  return kNever;
}

void Operator::flush() {}

void Operator::forget(std::uint32_t) {}

PortedOperator::~PortedOperator() = default;

void PortedOperator::open_ports(std::vector<Operator*> to) {
  std::vector<Port> ports(to.size());
  for (std::size_t i = 0; i < to.size(); ++i) ports[i].next = to[i];
  ports_ = std::move(ports);
}

}  // namespace streams
