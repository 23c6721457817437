// expect: [streams] apply() takes a step; a sink ends the stream: use .sink(...)
// line: 10
#include <streams/streams.hpp>

using namespace streams;

#ifndef STREAMS_TWIN
Pipeline wrong() {
  return streaming_source("in", "topic")
      .apply(StreamSink("out", "other"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .sink(StreamSink("out", "other"));
}
#endif
