// expect: [streams] AsyncMap: the function returns something; it must answer by its Reply and return nothing
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
      .apply(AsyncMap("step", [](const Order& order, Reply<std::string>) { return order.name; }))
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
