#include "../ingest_metric.hpp"
using namespace streams;
using namespace std::chrono_literals;

STREAMS_PIPELINE(simple_batching) {
  return streaming_source("myinput", "ingest-metrics")
      .apply(Parser<IngestMetric>("parser"))
      .apply(Batch("mybatch", {.batch_size = 3, .batch_timedelta = 100s}))
      .apply(Serializer("serializer"))
      .sink(StreamSink("mysink", "transformed-events"));
}
