// expect: [streams] merge: the streams carry different types; make them one type first, with a Map on each
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
  auto orders = streaming_source("in", "topic").apply(Parser<Order>("parser"));
  auto others = streaming_source("more", "others");
  return merge("step", orders, others).sink(DevNullSink("out"));
}
#else
Pipeline right() {
  auto orders = streaming_source("in", "topic").apply(Parser<Order>("parser"));
  auto others = streaming_source("more", "others").apply(Parser<Order>("others_parser"));
  return merge("step", orders, others).sink(DevNullSink("out"));
}
#endif
