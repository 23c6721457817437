// expect: [-Werror=unused-result]
// line: 10
#include <streams/streams.hpp>

using namespace streams;

#ifndef STREAMS_TWIN
Pipeline wrong() {
  const auto in = streaming_source("in", "topic");
  in.sink(DevNullSink("lost"));
  return in.sink(DevNullSink("out"));
}
#else
Pipeline right() {
  const auto in = streaming_source("in", "topic");
  return pipeline(in.sink(DevNullSink("kept")), in.sink(DevNullSink("out")));
}
#endif
