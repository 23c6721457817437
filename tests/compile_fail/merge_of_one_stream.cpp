// expect: [streams] merge: give it two streams or more
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
  auto orders = streaming_source("in", "topic");
  return merge("step", orders).sink(DevNullSink("out"));
}
#else
Pipeline right() {
  auto orders = streaming_source("in", "topic");
  return merge("step", orders, orders.apply(Filter("some", [](const Bytes& b) { return b.size() > 3; }))).sink(DevNullSink("out"));
}
#endif
