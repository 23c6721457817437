// expect: [-Werror=unused-result]
// line: 10
#include <streams/streams.hpp>

using namespace streams;

#ifndef STREAMS_TWIN
Pipeline wrong() {
  const auto in = streaming_source("in", "topic");
  in.apply(HeadersFilter("lost", "version", 1));
  return in.sink(DevNullSink("out"));
}
#else
Pipeline right() {
  const auto in = streaming_source("in", "topic");
  return in.apply(HeadersFilter("kept", "version", 1)).sink(DevNullSink("out"));
}
#endif
