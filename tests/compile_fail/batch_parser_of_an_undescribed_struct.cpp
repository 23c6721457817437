// expect: [streams] BatchParser: the type has no codec: describe the struct and the structs in it with BOOST_DESCRIBE_STRUCT
// line: 25
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

struct Plain {
  int id = 0;
};

#ifndef STREAMS_TWIN
Pipeline wrong() {
  return streaming_source("in", "topic")
      .apply(Batch("batch"))
      .apply(BatchParser<Plain>("step"))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Batch("batch"))
      .apply(BatchParser<Order>("step"))
      .sink(DevNullSink("out"));
}
#endif
