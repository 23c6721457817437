// expect: [streams] Filter: the predicate must return bool
// line: 12
#include <streams/streams.hpp>

#include <string>

using namespace streams;

#ifndef STREAMS_TWIN
Pipeline wrong() {
  return streaming_source("in", "topic")
      .apply(Filter("filter", [](const Bytes&) { return std::string("yes"); }))
      .sink(StreamSink("out", "other"));
}
#else
Pipeline right() {
  return streaming_source("in", "topic")
      .apply(Filter("filter", [](const Bytes& bytes) { return !bytes.empty(); }))
      .sink(StreamSink("out", "other"));
}
#endif
