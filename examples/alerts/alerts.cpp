#include <streams/streams.hpp>
using namespace streams;

struct EventData {
  std::int64_t timestamp, received;
  std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(EventData, (), (timestamp, received, tags))

struct Event {
  std::int64_t project_id;
  EventData data;
};
BOOST_DESCRIBE_STRUCT(Event, (), (project_id, data))

struct TimeSeriesDataPoint {
  std::int64_t alert_id, latency;
  std::string alert_type;
};
BOOST_DESCRIBE_STRUCT(TimeSeriesDataPoint, (), (alert_id, latency, alert_type))

struct Rule {
  std::int64_t project_id;
  std::string tag;  // empty: every event of the project
  std::int64_t alert_id;
  std::string alert_type;
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{{2, "tag_a", 4, "count"}, {2, "tag_b", 6, "p95"}, {1, "", 6, "p95"}};
  return all;
}

/// A point for each alert that the event belongs to.
std::vector<TimeSeriesDataPoint> materialize_alerts(const Event& event) {
  std::vector<TimeSeriesDataPoint> points;
  for (const Rule& rule : rules()) {
    if (rule.project_id != event.project_id) continue;
    const auto& tags = event.data.tags;
    if (!rule.tag.empty() && std::find(tags.begin(), tags.end(), rule.tag) == tags.end()) continue;
    points.push_back({rule.alert_id, event.data.received - event.data.timestamp, rule.alert_type});
  }
  return points;
}

STREAMS_PIPELINE(alerts) {
  return streaming_source("myinput", "events")
      .apply(Parser<Event>("parser"))
      .apply(FlatMap("myflatmap", materialize_alerts))
      .apply(Serializer("serializer"))
      .sink(StreamSink("kafkasink", "transformed-events"));
}
