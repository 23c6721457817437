#include <streams/module.hpp>
#include <streams/sink/dev_null_sink.hpp>
#include <streams/source/streaming_source.hpp>

using namespace streams;

STREAMS_PIPELINE(whole) {
  return streaming_source("in", "orders").sink(DevNullSink("out"));
}
