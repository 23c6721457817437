// expect: [streams] ObjectSink: it writes Bytes; add a Serializer or a ParquetSerializer before it
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
      .sink(ObjectSink("out", {.location = "file:///tmp/orders"}));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(Serializer("serializer"))
      .sink(ObjectSink("out", {.location = "file:///tmp/orders"}));
}
#endif
