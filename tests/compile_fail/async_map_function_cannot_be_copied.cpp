// expect: [streams] AsyncMap: the function must be copyable: each worker gets its own copy
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
      .apply(AsyncMap("step", [n = std::make_unique<int>(1)](const Order&, Reply<int> reply) { reply.send(*n); }))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(AsyncMap("step", [n = std::make_shared<int>(1)](const Order&, Reply<int> reply) { reply.send(*n); }))
      .sink(DevNullSink("out"));
}
#endif
