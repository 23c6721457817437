#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/json_writer.hpp"
#include "unit/config/case_file.hpp"
#include "unit/plan/sample_pipelines.hpp"

namespace {

using namespace streams::runtime;
using testing::HasSubstr;
using testing::Not;

void expect_golden(const std::string& name, const Plan& plan) {
  expect_file("tests/golden/plan_" + name + ".txt", to_text(plan));
  expect_file("tests/golden/plan_" + name + ".dot", to_dot(plan));
  expect_file("tests/golden/plan_" + name + ".mmd", to_mermaid(plan));
  expect_file("tests/golden/plan_" + name + ".json", to_json(plan));
}

TEST(PlanPrintTest, ASimplePipelineLooksAsBefore) {
  expect_golden(
      "simple_map_filter",
      plan_of(simple_map_filter(),
              deployment("        myinput: {starts_segment: true, bootstrap_servers: [\"127.0.0.1:9092\"]}\n"
                         "        mysink: {bootstrap_servers: [\"127.0.0.1:9092\"]}\n")));
}

TEST(PlanPrintTest, ChainsSettingsAndWarningsAreShown) {
  expect_golden("fan_out", plan_of(fan_out(),
                                   "pipeline:\n"
                                   "  name: shop\n"
                                   "  on_error: drop\n"
                                   "  commit: {interval: 1s, policy: sync}\n"
                                   "  shutdown: {leave_on_stop: false}\n"
                                   "  segments:\n"
                                   "    - steps_config:\n"
                                   "        orders:\n"
                                   "          bootstrap_servers: \"a:9092,b:9092\"\n"
                                   "          auto_offset_reset: earliest\n"
                                   "          strict_offset_reset: true\n"
                                   "          additional_settings: {client.id: shop, linger.ms: 1}\n"
                                   "          override_params: {sasl.password: open, linger.ms: 5}\n"
                                   "        paid: {starts_segment: true, parallelism: 4, on_error: fail}\n"
                                   "        encode: {parallelism: 2}\n"
                                   "        out: {bootstrap_servers: \"c:9092\", topic: paid}\n"
                                   "        nowhere: {batch_size: 100, batch_time_ms: 1s}\n"));
}

TEST(PlanPrintTest, SecretsAreMaskedInEveryForm) {
  const Plan plan = plan_of(simple_map_filter(),
                            deployment("        myinput:\n"
                                       "          bootstrap_servers: \"k:1\"\n"
                                       "          consumer_group: ${file:/run/secrets/password}\n"
                                       "          override_params: {x.y: \"${file:/run/secrets/password}\"}\n"
                                       "        mysink:\n"
                                       "          bootstrap_servers: \"k:1\"\n"
                                       "          override_params: {ssl.key.password: swordfish}\n"));
  for (const std::string& text : {to_text(plan), to_dot(plan), to_mermaid(plan), to_json(plan)}) {
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
    EXPECT_THAT(text, Not(HasSubstr("swordfish")));
    EXPECT_THAT(text, HasSubstr("***"));
  }
  EXPECT_EQ(plan.segments[0].sources[0].group, "hunter2");
}

TEST(PlanPrintTest, SaysHowClientsAndBrokersKnowEachOtherButNoPassword) {
  const Plan plan =
      plan_of(simple_map_filter(), deployment("        myinput:\n"
                                              "          bootstrap_servers: \"k:1\"\n"
                                              "          security: {protocol: SASL_SSL, sasl: {mechanism: "
                                              "SCRAM-SHA-512, username: app, password: swordfish}}\n"
                                              "        mysink: {bootstrap_servers: \"k:1\"}\n"));
  for (const std::string& text : {to_text(plan), to_json(plan)}) {
    EXPECT_THAT(text, HasSubstr("SASL_SSL with SCRAM-SHA-512"));
    EXPECT_THAT(text, Not(HasSubstr("swordfish")));
  }
}

TEST(PlanPrintTest, TextInJsonIsEscaped) {
  planning::JsonWriter json;
  json.begin_object();
  json.key("a\"b");
  json.text("line\nback\\slash");
  json.key("none");
  json.begin_array();
  json.end_array();
  json.end_object();
  EXPECT_EQ(json.take(), "{\n  \"a\\\"b\": \"line\\nback\\\\slash\",\n  \"none\": []\n}\n");
}

}  // namespace
