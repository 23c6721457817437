// expect: [streams] AsyncMap: what the reply carries cannot travel on: it must be a copyable value
// line: 22
#include <streams/streams.hpp>

#include <boost/describe.hpp>
#include <cstdint>
#include <memory>
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
      .apply(AsyncMap("step", [](const Order& order, Reply<std::unique_ptr<Order>> reply) { reply.send(std::make_unique<Order>(order)); }))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(AsyncMap("step", [](const Order& order, Reply<std::shared_ptr<Order>> reply) { reply.send(std::make_shared<Order>(order)); }))
      .sink(DevNullSink("out"));
}
#endif
