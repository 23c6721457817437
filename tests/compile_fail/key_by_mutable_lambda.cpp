// expect: [streams] KeyBy: the function must be callable as const (a mutable lambda is not)
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
      .apply(KeyBy("step", [n = 0](const Order&) mutable { return ++n; }))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(KeyBy("step", [n = 0](const Order&) { return n; }))
      .sink(DevNullSink("out"));
}
#endif
