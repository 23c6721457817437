// expect: [streams] sink() takes a sink, such as StreamSink("name", "topic")
// line: 10
#include <streams/streams.hpp>

using namespace streams;

#ifndef STREAMS_TWIN
Pipeline wrong() {
  return streaming_source("in", "topic")
      .sink([](const Bytes&) {});
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .sink(StreamSink("out", "other"));
}
#endif
