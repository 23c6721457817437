#include <streams/streams.hpp>
using namespace streams;

struct IngestMetric {
  std::int64_t org_id, project_id;
  std::string name, type;
  Json value;  // a number or a list: kept as it came
  std::map<std::string, std::string> tags;
  std::int64_t timestamp, retention_days;
  std::optional<bool> transformed;  // may be absent
};
BOOST_DESCRIBE_STRUCT(IngestMetric, (),
                      (org_id, project_id, name, type, value, tags, timestamp, retention_days, transformed))

STREAMS_PIPELINE(simple_map_filter) {
  return streaming_source("myinput", "ingest-metrics")
      .apply(Parser<IngestMetric>("parser"))
      .apply(Filter("filter", [](const IngestMetric& m) { return m.type == "c"; }))
      .apply(Map("transform", [](IngestMetric m) {
        m.transformed = true;
        return m;
      }))
      .apply(Serializer("serializer"))
      .sink(StreamSink("mysink", "transformed-events"));
}
