// expect: [streams] BatchParser: it reads batches of Bytes, as a Batch right behind a source gives them
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
  return streaming_source("in", "topic")
      .apply(BatchParser<Order>("step"))
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
