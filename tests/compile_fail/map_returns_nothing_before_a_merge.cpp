// expect: [streams] Map: the function returns nothing; it must return the new payload or a Message of it
// line: 20
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
  auto orders = streaming_source("in", "topic").apply(Parser<Order>("parser"));
  auto changed = orders.apply(Map("bad", [](const Order&) {}));
  return pipeline(merge("first", orders, changed).sink(DevNullSink("out_a")),
                  merge("second", changed, orders).sink(DevNullSink("out_b")));
}
#else
Pipeline right() {
  auto orders = streaming_source("in", "topic").apply(Parser<Order>("parser"));
  auto changed = orders.apply(Map("good", [](const Order& order) { return order; }));
  return pipeline(merge("first", orders, changed).sink(DevNullSink("out_a")),
                  merge("second", changed, orders).sink(DevNullSink("out_b")));
}
#endif
