#include <streams/module.hpp>
#include <streams/sink/dev_null_sink.hpp>
#include <streams/source/streaming_source.hpp>

using namespace streams;

STREAMS_PIPELINE(faulty) {
  return streaming_source("twice", "orders").sink(DevNullSink("twice"));
}
