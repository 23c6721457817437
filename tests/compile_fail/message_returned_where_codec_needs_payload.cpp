// expect: [streams] Serializer: the payload has no codec: describe the struct and the structs in it with BOOST_DESCRIBE_STRUCT, include <streams/codec/protobuf.hpp> for a Protobuf message, or specialise streams::Codec<T>
// line: 23
#include <streams/streams.hpp>

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

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
      .apply(Map("wrap", [](const Message<Order>& m) { return std::vector{m}; }))
      .apply(Serializer("serializer"))
      .sink(StreamSink("out", "other"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(Map("wrap", [](const Message<Order>& m) { return m.with(std::vector{m.payload}); }))
      .apply(Serializer("serializer"))
      .sink(StreamSink("out", "other"));
}
#endif
