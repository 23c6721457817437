// expect: [streams] merge: one of the streams is inside a branch and another is not
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
  auto orders = streaming_source("in", "topic");
  auto inside = branch<Bytes>("branch");
  return merge("step", orders, inside).sink(DevNullSink("out"));
}
#else
Pipeline right() {
  auto orders = streaming_source("in", "topic");
  auto inside = streaming_source("more", "others");
  return merge("step", orders, inside).sink(DevNullSink("out"));
}
#endif
