#include <chrono>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/http/http_client.hpp>
#include <streams/local/local.hpp>
#include <streams/runtime/engine.hpp>
#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/async_map.hpp>

#include "support/handler_server.hpp"
#include "unit/local/recorded_events.hpp"
#include "unit/local/temporary_directory.hpp"

// Records of a file go through an AsyncMap that asks a real server, in the engine that runs in production.

namespace {

using namespace streams;
using namespace streams::runtime;
using namespace std::chrono_literals;
using streams::test::HandlerServer;
using streams::test::ServedAnswer;
using streams::test::ServedRequest;
using testing::Contains;
using testing::HasSubstr;

Graph enriching(const http::HttpClient& client, AsyncMapOptions options) {
  return streaming_source("input", "in", {.dlq_stream_name = "dead"})
      .apply(AsyncMap(
          "enrich",
          [client](const Bytes& id, Reply<Bytes> reply) {
            client.get("/names/" + http::percent_encoded(id.view()), {},
                       [id, reply](const http::HttpAnswer& answer) {
                         if (!answer.ok()) return reply.fail(answer.fault);
                         reply.send(Bytes::copy_of(id.str() + "=" + answer.body));
                       });
          },
          options))
      .sink(StreamSink("output", "out"))
      .graph("enriching");
}

class EnrichmentTest : public testing::Test {
 protected:
  RunResult run(const Graph& graph, const std::string& keys = "") {
    const std::string yaml = "pipeline:\n  name: p\n" + keys +
                             "  adapter_config: {local: {directory: " + directory_.path().string() +
                             ", format: lines}}\n  segments: [{steps_config: {input: {topic: in}}}]\n";
    const auto factory = streams::local::adapter();
    const Plan plan =
        make_plan(graph, parse_config(yaml, "deploy.yaml", process_environment()), factory.needs);
    const SystemClock clock;
    StopSignal stop;
    const auto adapter = factory.make({.clock = &clock, .log = &log_});
    const absl::Status prepared = adapter->prepare(plan, plan.segments[0]);
    EXPECT_TRUE(prepared.ok()) << prepared;
    return run_segment(plan, plan.segments[0], *adapter, clock, log_, stop);
  }

  TemporaryDirectory directory_;
  RecordedLog log_;
};

TEST_F(EnrichmentTest, EveryRecordIsAskedForTriedAgainAndKeptInOrder) {
  constexpr int kRecords = 500;
  std::mutex mutex;
  std::map<std::string, int> asked;
  HandlerServer server([&](const ServedRequest& request, ServedAnswer& answer) {
    const std::string id(request.target().substr(std::string("/names/").size()));
    int times = 0;
    {
      const std::lock_guard lock(mutex);
      times = ++asked[id];
    }
    // Some hang up, some are out of order the first time.
    if (id.ends_with("7") && times == 1) return false;
    if (id.ends_with("3") && times == 1) {
      answer.result(503);
    } else if (id == "250") {
      answer.result(404);
    } else {
      answer.body() = "name of " + id;
    }
    return true;
  });
  std::string input;
  std::string expected;
  for (int i = 0; i < kRecords; ++i) {
    input += std::to_string(i) + "\n";
    if (i != 250) expected += std::to_string(i) + "=name of " + std::to_string(i) + "\n";
  }
  directory_.write("in.jsonl", input);
  const http::HttpClient client({.base_url = server.url(), .max_connections = 8, .timeout = 30s});
  const RunResult result = run(enriching(client, {.max_in_flight = 32, .max_attempts = 3, .backoff = 1ms}));
  EXPECT_EQ(result.end, RunResult::End::finished) << result.status;
  EXPECT_TRUE(result.drained);
  EXPECT_EQ(directory_.read("out.jsonl"), expected);
  EXPECT_EQ(directory_.read("dead.jsonl"), "250\n");
  EXPECT_EQ(directory_.read(".offsets/pipeline-input/in"), std::to_string(kRecords) + "\n");
  EXPECT_EQ(asked["250"], 3);
  EXPECT_THAT(log_.lines, Contains(HasSubstr(server.url() + " answered 404")));
}

TEST_F(EnrichmentTest, ARecordThatIsRefusedEndsTheRunWhereThePolicySaysSo) {
  HandlerServer server([&](const ServedRequest& request, ServedAnswer& answer) {
    if (request.target() == "/names/2") answer.result(500);
    return true;
  });
  directory_.write("in.jsonl", "1\n2\n3\n");
  const http::HttpClient client({.base_url = server.url(), .timeout = 30s});
  const RunResult result = run(enriching(client, {}), "  on_error: fail\n");
  EXPECT_EQ(result.end, RunResult::End::record_failed);
  ASSERT_FALSE(result.record_errors.empty());
  EXPECT_THAT(result.record_errors[0].message, HasSubstr("answered 500"));
  EXPECT_EQ(directory_.read("out.jsonl"), "1=\n");
}

TEST_F(EnrichmentTest, APlanMakesNoConnection) {
  HandlerServer server([](const ServedRequest&, ServedAnswer&) { return true; });
  const http::HttpClient client({.base_url = server.url()});
  const Graph graph = enriching(client, {});
  EXPECT_EQ(graph.nodes().size(), 3U);
  EXPECT_EQ(server.connections(), 0);
}

}  // namespace
