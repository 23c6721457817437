// expect: [streams] KeyBy: the function must return the key: text, a whole number or Bytes
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
      .apply(KeyBy("step", [](const Order& order) { return order; }))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(KeyBy("step", [](const Order& order) { return order.name; }))
      .sink(DevNullSink("out"));
}
#endif
