// expect: [streams] branch: it carries another type than the stream that it is to part from
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
      .broadcast("step", {branch<Bytes>("as").sink(DevNullSink("out_a")),
                          branch<Order>("bs").sink(DevNullSink("out_b"))});
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .broadcast("step", {branch<Order>("as").sink(DevNullSink("out_a")),
                          branch<Order>("bs").sink(DevNullSink("out_b"))});
}
#endif
