#include "../ingest_metric.hpp"
using namespace streams;

STREAMS_PIPELINE(batching) {
  return streaming_source("myinput", "ingest-metrics", {.dlq_stream_name = "ingest-metrics-dlq"})
      .apply(Batch("mybatch", {.batch_size = 2}))
      .apply(BatchParser<IngestMetric>("batch_parser"))
      .apply(Serializer("serializer"))
      .sink(StreamSink("mysink", "transformed-events"));
}
