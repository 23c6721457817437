// expect: [streams] Filter: the predicate does not take the payload of this stream; it must take const T& or const Message<T>&
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
      .apply(Filter("step", [](const std::string& text) { return text.empty(); }))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(Filter("step", [](const Order& order) { return order.name.empty(); }))
      .sink(DevNullSink("out"));
}
#endif
