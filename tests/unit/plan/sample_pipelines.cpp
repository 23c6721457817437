#include "unit/plan/sample_pipelines.hpp"

#include <chrono>
#include <cstdint>

#include <boost/describe.hpp>

#include <streams/streams.hpp>

#include "unit/config/fake_environment.hpp"

struct Metric {
  std::string type;
  std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(Metric, (), (type, value))

using namespace streams;
using namespace std::chrono_literals;

Graph simple_map_filter() {
  return streaming_source("myinput", "ingest-metrics")
      .apply(Parser<Metric>("parser"))
      .apply(Filter("filter", [](const Metric& m) { return m.type == "c"; }))
      .apply(Map("transform", [](Metric m) { return m; }))
      .apply(Serializer("serializer"))
      .sink(StreamSink("mysink", "transformed-events"))
      .graph("simple_map_filter");
}

Graph fan_out() {
  const auto parsed = streaming_source("orders", "orders").apply(Parser<Metric>("parser"));
  return pipeline(parsed.apply(Filter("paid", [](const Metric&) { return true; }))
                      .apply(Serializer("encode"))
                      .sink(StreamSink("out", "paid-orders")),
                  parsed.sink(DevNullSink("nowhere")))
      .graph("fan_out");
}

Graph two_sources() {
  return pipeline(streaming_source("a", "a").sink(StreamSink("a_out", "a2")),
                  streaming_source("b", "b").sink(StreamSink("b_out", "b2")))
      .graph("two_sources");
}

Graph with_options() {
  return streaming_source("input", "events",
                          {.header_filter = HeaderFilter{"kind", "order"}, .consumer_group = "from-code"})
      .sink(DevNullSink("nowhere", {.batch_size = 10, .average_sleep_time = 5ms, .max_sleep_time = 20ms}))
      .graph("with_options");
}

Graph with_dlq() {
  return streaming_source("input", "events", {.dlq_stream_name = "dead"})
      .sink(DevNullSink("nowhere"))
      .graph("with_dlq");
}

runtime::Plan plan_of(const Graph& graph, const std::string& yaml, const runtime::PlanNeeds& needs) {
  return runtime::make_plan(graph, runtime::parse_config(yaml, "deploy.yaml", FakeEnvironment{}.get()),
                            needs);
}

std::string deployment(const std::string& steps) {
  return "pipeline:\n  segments:\n    - steps_config:\n" + steps;
}

std::string faults_of(const Graph& graph, const std::string& yaml) {
  try {
    plan_of(graph, yaml);
  } catch (const runtime::ConfigError& error) {
    return error.what();
  }
  return {};
}
