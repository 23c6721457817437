// expect: [streams] route: a key of the table has another type than what the function returns; they are compared with ==
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
      .route("step", [](const Order& order) { return order.name; },
             {{1, branch<Order>("as").sink(DevNullSink("out_a"))},
              {"b", branch<Order>("bs").sink(DevNullSink("out_b"))}});
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .route("step", [](const Order& order) { return order.name; },
             {{"a", branch<Order>("as").sink(DevNullSink("out_a"))},
              {"b", branch<Order>("bs").sink(DevNullSink("out_b"))}});
}
#endif
