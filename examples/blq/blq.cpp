#include <chrono>
#include <functional>

#include "../ingest_metric.hpp"
using namespace streams;
using namespace std::chrono;

enum class DownstreamBranch { recent, delayed };
BOOST_DESCRIBE_ENUM(DownstreamBranch, recent, delayed)

constexpr seconds kMaxMessageLatency = 10min;

/// The clock is a parameter, so that a test can set it.
Pipeline backlog_queue(std::function<sys_seconds()> now) {
  const auto downstream = [now = std::move(now)](const IngestMetric& metric) {
    const sys_seconds sent{seconds(metric.timestamp)};
    return sent < now() - kMaxMessageLatency ? DownstreamBranch::delayed : DownstreamBranch::recent;
  };
  return streaming_source("ingest", "ingest-metrics")
      .apply(Parser<IngestMetric>("parser"))
      .route("blq_router", downstream,
             {{DownstreamBranch::recent,
               branch<IngestMetric>("recent")
                   .apply(Serializer("serializer1"))
                   .broadcast("send_message_to_DBs",
                              {branch<Bytes>("sbc").sink(StreamSink("kafkasink", "transformed-events")),
                               branch<Bytes>("clickhouse").sink(StreamSink("kafkasink2", "transformed-events-2"))})},
              {DownstreamBranch::delayed, branch<IngestMetric>("delayed")
                                              .apply(Serializer("serializer2"))
                                              .sink(StreamSink("kafkasink3", "transformed-events-3"))}});
}

STREAMS_PIPELINE(blq) {
  return backlog_queue([] { return floor<seconds>(system_clock::now()); });
}
