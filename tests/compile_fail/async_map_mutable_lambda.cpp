// expect: [streams] AsyncMap: the function must be callable as const (a mutable lambda is not): each worker has its own copy, and state would differ between them
// line: 21
#include <streams/streams.hpp>

#include <boost/describe.hpp>
#include <cstdint>
#include <string>

using namespace streams;

struct Order {
  std::int64_t id = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, name))

#ifndef STREAMS_TWIN
Pipeline wrong() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(AsyncMap("step", [n = 0](const Order& order, Reply<int> reply) mutable { reply.send(static_cast<int>(order.id) + n++); }))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(AsyncMap("step", [n = 0](const Order& order, Reply<int> reply) { reply.send(static_cast<int>(order.id) + n); }))
      .sink(DevNullSink("out"));
}
#endif
