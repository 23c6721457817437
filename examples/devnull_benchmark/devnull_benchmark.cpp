#include <chrono>

#include <streams/streams.hpp>
using namespace streams;
using namespace std::chrono_literals;

struct Metric {
  std::int64_t org_id;
  std::string name, type;
  Json value;
  std::map<std::string, std::string> tags;
  std::int64_t timestamp;
  std::optional<bool> transformed;
};
BOOST_DESCRIBE_STRUCT(Metric, (), (org_id, name, type, value, tags, timestamp, transformed))

STREAMS_PIPELINE(devnull_benchmark) {
  return streaming_source("benchmark_source", "ingest-metrics")
      .apply(Parser<Metric>("parser"))
      .apply(Map("transform", [](Metric m) {
        m.transformed = true;
        return m;
      }))
      .sink(DevNullSink("devnull", {.batch_size = 500,
                                    .batch_time = 5000ms,
                                    .average_sleep_time = 500ms,
                                    .max_sleep_time = 6000ms}));
}
