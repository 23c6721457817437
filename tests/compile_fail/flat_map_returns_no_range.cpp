// expect: [streams] FlatMap: the function must return a range of values, such as std::vector<U>; for one value use Map
// line: 22
#include <streams/streams.hpp>

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

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
      .apply(FlatMap("step", [](const Order& order) { return order.id; }))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(FlatMap("step", [](const Order& order) { return std::vector{order.id}; }))
      .sink(DevNullSink("out"));
}
#endif
