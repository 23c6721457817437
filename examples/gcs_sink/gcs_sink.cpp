#include "../ingest_metric.hpp"
using namespace streams;

/// From the message alone, so that a replay writes the same object again and two records never share one.
std::string file_name(const Message<Bytes>& message) {
  return "file_" + std::to_string(message.origin.partition) + "_" + std::to_string(message.origin.offset) + ".txt";
}

STREAMS_PIPELINE(gcs_sink) {
  return streaming_source("myinput", "ingest-metrics")
      .apply(Parser<IngestMetric>("myparser"))
      .apply(Map("transform", [](IngestMetric m) {
        m.transformed = true;
        return m;
      }))
      .apply(Serializer("myserializer"))
      .sink(GCSSink("mysink", "arroyo-artifacts", file_name));
}
