#include <stdexcept>

#include <streams/streams.hpp>
using namespace streams;

struct Order {
  std::int64_t number, cents;
};
BOOST_DESCRIBE_STRUCT(Order, (), (number, cents))

STREAMS_PIPELINE(orders) {
  return streaming_source("myinput", "orders")
      .apply(Parser<Order>("parser"))
      .apply(Map("tax",
                 [](Order order) {
#ifndef MENDED
                   if (order.cents < 0) throw std::range_error("nobody has thought of refunds");
#endif
                   order.cents += order.cents / 5;
                   return order;
                 }))
      .apply(Serializer("serializer"))
      .sink(StreamSink("mysink", "taxed-orders"));
}
