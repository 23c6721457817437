// expect: [streams] Unbatch: this stream has no batches; it takes std::vector<T> apart, as Batch makes it
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
      .apply(Unbatch("step"))
      .sink(DevNullSink("out"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Order>("parser"))
      .apply(Batch("batch"))
      .apply(Unbatch("step"))
      .sink(DevNullSink("out"));
}
#endif
