#include "observe/http_pages.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/observe/run_story.hpp"

namespace {

using namespace std::chrono_literals;
using namespace streams::runtime;
using streams::tests::RunStory;
using testing::HasSubstr;
using testing::StartsWith;

class HttpPagesTest : public testing::Test {
 protected:
  HttpReply get(const std::string& path, const std::string& query = "") {
    earlier_ = run.observation();
    return HttpPages({.plan = run.plan,
                      .segment = run.plan.segments.front(),
                      .labels = {"story", "0", {}},
                      .observe = [this] { return run.observation(); },
                      .earlier = [this]() -> const Observation& { return earlier_; },
                      .config = "pipeline.name = story\nkey = \xff\n"})
        .answer({path, query});
  }

  RunStory run;

 private:
  Observation earlier_;
};

TEST_F(HttpPagesTest, HealthzIs200OrA503WithReasons) {
  EXPECT_EQ(get("/healthz").status, 200);
  run.take(1);
  run.stay_in_turn_for(70s);
  const HttpReply reply = get("/healthz");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_THAT(reply.body, HasSubstr("a record has been in the steps for 70 s"));
}

TEST_F(HttpPagesTest, ReadyzSaysWhatItWaitsFor) {
  EXPECT_EQ(get("/readyz").status, 200);
  run.worker().source.reachable = false;
  const HttpReply reply = get("/readyz");
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.body, HasSubstr("source_unreachable"));
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(HttpPagesTest, MetricsAreInPrometheusFormat) {
  const HttpReply reply = get("/metrics");
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(reply.body, StartsWith("# HELP streams_pipeline_input_messages_total"));
}

TEST_F(HttpPagesTest, ThePlanIsThereInEveryFormat) {
  EXPECT_EQ(get("/plan").body, to_json(run.plan));
  EXPECT_EQ(get("/plan", "format=json").body, to_json(run.plan));
  EXPECT_EQ(get("/plan", "format=dot").body, to_dot(run.plan));
  EXPECT_EQ(get("/plan", "x=1&format=mermaid").body, to_mermaid(run.plan));
  EXPECT_EQ(get("/plan", "format=text").body, to_text(run.plan));
  EXPECT_EQ(get("/plan", "format=svg").status, 400);
}

TEST_F(HttpPagesTest, StatusIsJson) {
  const HttpReply reply = get("/status");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("\"pipeline\": \"story\""));
}

TEST_F(HttpPagesTest, ThePageForBrowsersIsAtTheRootWithItsFilesBesideIt) {
  const HttpReply reply = get("/");
  EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(reply.body, StartsWith("<!doctype html>"));
  EXPECT_EQ(get("/page/page.css").content_type, "text/css; charset=utf-8");
  EXPECT_EQ(get("/page/page.js").content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(get("/page/../config").status, 404);
}

TEST_F(HttpPagesTest, TheConfigurationIsTextThatCanBeShown) {
  const HttpReply reply = get("/config");
  EXPECT_EQ(reply.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(reply.body, "pipeline.name = story\nkey = ?\n");
}

TEST_F(HttpPagesTest, WhatIsNotThereSaysWhatIs) {
  const HttpReply reply = get("/metric");
  EXPECT_EQ(reply.status, 404);
  EXPECT_THAT(reply.body, HasSubstr("/metrics"));
}

TEST(QueryTest, FindsAParameterByItsWholeName) {
  EXPECT_EQ(query_value("a=1&b=2", "b"), "2");
  EXPECT_EQ(query_value("ab=1&b", "b"), "");
  EXPECT_EQ(query_value("", "b"), "");
}

}  // namespace
