// expect: [streams] sink() takes a sink, such as StreamSink; a step goes into .apply(...)
// line: 10
#include <streams/streams.hpp>

using namespace streams;

#ifndef STREAMS_TWIN
Pipeline wrong() {
  return streaming_source("in", "topic")
      .sink(HeadersFilter("filter", "version", 1));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(HeadersFilter("filter", "version", 1))
      .sink(StreamSink("out", "other"));
}
#endif
