// expect: [streams] KeyBy: the function does not take the payload of this stream; it must take T, const T&, Message<T> or const Message<T>&
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
      .apply(KeyBy("step", [](const std::string& text) { return text; }))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(KeyBy("step", [](const Message<Order>& order) { return order.payload.name; }))
      .sink(DevNullSink("out"));
}
#endif
