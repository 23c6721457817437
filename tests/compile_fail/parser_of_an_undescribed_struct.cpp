// expect: [streams] Parser: the type has no codec: describe the struct and the structs in it with BOOST_DESCRIBE_STRUCT, include <streams/codec/protobuf.hpp> for a Protobuf message, or specialise streams::Codec<T>
// line: 16
#include <streams/streams.hpp>

#include <boost/describe.hpp>

using namespace streams;

struct Point {
  int x = 0;
};

#ifndef STREAMS_TWIN
Pipeline wrong() {
  return streaming_source("in", "topic")
      .apply(Parser<Point>("parser"))
      .sink(DevNullSink("out"));
}
#else
BOOST_DESCRIBE_STRUCT(Point, (), (x))

Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Parser<Point>("parser"))
      .sink(DevNullSink("out"));
}
#endif
