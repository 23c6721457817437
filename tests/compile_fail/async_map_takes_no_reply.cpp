// expect: [streams] AsyncMap: the function must take a Reply<U> as its second and last parameter, with U written out: it is the payload that goes on
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
      .apply(AsyncMap("step", [](const Order& order) { return order.name; }))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(AsyncMap("step", [](const Order& order, Reply<std::string> reply) { reply.send(order.name); }))
      .sink(DevNullSink("out"));
}
#endif
