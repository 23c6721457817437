#include <streams/streams.hpp>
using namespace streams;

// The pipeline of the original's transformer.yaml without its window, which batches what is between parser and serializer.

struct Metric {
  std::int64_t org_id;
  std::string name;
  std::int64_t timestamp;
};
BOOST_DESCRIBE_STRUCT(Metric, (), (org_id, name, timestamp))

STREAMS_PIPELINE(transformer) {
  return streaming_source("myinput", "ingest-metrics")
      .apply(Parser<Metric>("parser"))
      .apply(Serializer("serializer"))
      .sink(StreamSink("kafkasink2", "transformed-events"));
}
