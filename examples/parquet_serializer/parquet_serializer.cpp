#include <streams/streams.hpp>
using namespace streams;

struct IngestMetric {
  std::int64_t org_id, project_id;
  std::string name;
  std::map<std::string, std::string> tags;
  std::int64_t timestamp;
  std::string type;
  std::int64_t retention_days;
  std::vector<std::int64_t> value;
};
BOOST_DESCRIBE_STRUCT(IngestMetric, (), (org_id, project_id, name, tags, timestamp, type, retention_days, value))

STREAMS_PIPELINE(parquet_serializer) {
  using namespace parquet;
  const std::vector<parquet::Field> schema = {
      {"org_id", Int64()},
      {"project_id", Int64()},
      {"name", String()},
      {"tags", Struct({{"sdk", String()}, {"environment", String()}, {"release", String()}})},
      {"timestamp", Int64()},
      {"type", String()},
      {"retention_days", Int64()},
      {"value", List(Int64())}};
  return streaming_source("myinput", "ingest-metrics")
      .apply(Batch("mybatch", {.batch_size = 2}))
      .apply(BatchParser<IngestMetric>("batch_parser"))
      .apply(ParquetSerializer("serializer", {.schema_fields = schema}))
      .sink(StreamSink("mysink", "transformed-events"));
}
