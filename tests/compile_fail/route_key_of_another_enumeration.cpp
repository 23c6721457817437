// expect: [streams] route: a key of the table has another type than what the function returns; they are compared with ==
// line: 24
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

enum class Size { small, large };
enum class Colour { red };

#ifndef STREAMS_TWIN
Pipeline wrong() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .route("step", [](const Order& order) { return order.id > 5 ? Size::large : Size::small; },
             {{Size::small, branch<Order>("as").sink(DevNullSink("out_a"))},
              {Colour::red, branch<Order>("bs").sink(DevNullSink("out_b"))}});
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .route("step", [](const Order& order) { return order.id > 5 ? Size::large : Size::small; },
             {{Size::small, branch<Order>("as").sink(DevNullSink("out_a"))},
              {Size::large, branch<Order>("bs").sink(DevNullSink("out_b"))}});
}
#endif
