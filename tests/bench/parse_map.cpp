#include <streams/streams.hpp>
using namespace streams;

struct Metric {
  std::int64_t org_id, project_id;
  std::string name, type;
  Json value;
  std::map<std::string, std::string> tags;
  std::int64_t timestamp, retention_days;
  std::optional<bool> transformed;
};
BOOST_DESCRIBE_STRUCT(Metric, (),
                      (org_id, project_id, name, type, value, tags, timestamp, retention_days, transformed))

STREAMS_PIPELINE(parse_map) {
  return streaming_source("in", "bench-in")
      .apply(Parser<Metric>("parser"))
      .apply(Filter("counters", [](const Metric& m) { return m.type == "c"; }))
      .apply(Map("mark",
                 [](Metric m) {
                   m.transformed = true;
                   return m;
                 }))
      .apply(Serializer("serializer"))
      .sink(StreamSink("out", "bench-out"));
}
