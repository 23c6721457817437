#include <streams/streams.hpp>
using namespace streams;

STREAMS_PIPELINE(pass_through) {
  return streaming_source("in", "bench-in").sink(StreamSink("out", "bench-out"));
}
