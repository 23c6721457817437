#include <chrono>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/runtime/config.hpp>
#include <streams/runtime/plan.hpp>
#include <streams/streams.hpp>

namespace streams::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Plan plan_of(AsyncMapOptions options, const std::string& step, const std::string& pipeline = "") {
  return make_plan(
      streaming_source("in", "input")
          .apply(AsyncMap(
              "ask", [](const Bytes& bytes, Reply<Bytes> reply) { reply.send(bytes); }, options))
          .sink(StreamSink("out", "output"))
          .graph("p"),
      parse_config("pipeline:\n" + pipeline + "  segments:\n    - steps_config:\n        ask: " + step + "\n",
                   "deploy.yaml", Environment{}),
      {.bootstrap_servers = false});
}

const PlannedStep& step_of(const Plan& plan) {
  return *plan.whole.find_step(*plan.graph.find("ask"));
}

std::string option_of(const Plan& plan, std::string_view name) {
  return to_string(*find_option(step_of(plan).options, name));
}

TEST(AsyncMapOptionsTest, TheStepsRetryGoesBeforeTheCodeAndThatBeforeThePipelines) {
  const Plan plan = plan_of({.max_attempts = 5, .backoff = 20ms}, "{retry: {max_attempts: 7}}",
                            "  retry: {max_attempts: 9, backoff: 1s, jitter: 0.5}\n");
  EXPECT_EQ(step_of(plan).retry.max_attempts, 7U);
  EXPECT_EQ(step_of(plan).retry.backoff, 20ms);
  EXPECT_EQ(step_of(plan).retry.jitter, 0.5);
  EXPECT_EQ(option_of(plan, "retry.max_attempts"), "7");
  EXPECT_EQ(option_of(plan, "retry.backoff"), "20ms");
  EXPECT_EQ(option_of(plan, "retry.jitter"), "0.5");
  EXPECT_EQ(option_of(plan, "retry.max_backoff"), "30s");
}

TEST(AsyncMapOptionsTest, ThePlanShowsWhatIsInForceOnce) {
  const std::string text = to_text(plan_of({}, "{max_in_flight: 5, timeout: 2s, retry: {max_attempts: 3}}"));
  EXPECT_THAT(text, AllOf(HasSubstr("max_in_flight=5"), HasSubstr("timeout=2s")));
  const auto first = text.find("retry.max_attempts");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find("retry.max_attempts", first + 1), std::string::npos);
}

TEST(AsyncMapOptionsTest, AFaultPointsToTheKeyThatMakesIt) {
  try {
    plan_of({.max_backoff = 1s}, "{retry: {backoff: 2s}}");
    FAIL() << "it fits";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("deploy.yaml:4:23: AsyncMap 'ask', code and deployment together: "
                                        "retry.max_backoff is shorter than retry.backoff"));
  }
}

}  // namespace
}  // namespace streams::runtime
