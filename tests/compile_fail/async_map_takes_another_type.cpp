// expect: [streams] AsyncMap: the function does not take the payload of this stream; its first parameter must be T, const T&, Message<T> or const Message<T>&
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
      .apply(AsyncMap("step", [](const std::string& text, Reply<std::string> reply) { reply.send(text); }))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(AsyncMap("step", [](Message<Order> order, Reply<std::string> reply) { reply.send(order.with(order.payload.name)); }))
      .sink(DevNullSink("out"));
}
#endif
