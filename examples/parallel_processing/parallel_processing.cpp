#include "../ingest_metric.hpp"
using namespace streams;

STREAMS_PIPELINE(parallel_processing) {
  return streaming_source("myinput", "ingest-metrics")
      .apply(Parser<IngestMetric>("parser"))
      .apply(Map("transform", [](IngestMetric m) {
        m.transformed = true;
        return m;
      }))
      .apply(Serializer("serializer"))
      .sink(StreamSink("mysink", "transformed-events"));
}
