#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include <streams/runtime/config.hpp>
#include <streams/runtime/plan.hpp>
#include <streams/streams.hpp>

namespace streams::runtime {

struct Click {
  std::int64_t user = 0;
};
BOOST_DESCRIBE_STRUCT(Click, (), (user))

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Plan plan_of(const std::string& steps) {
  const auto clicks = streaming_source("in", "clicks").apply(Parser<Click>("parser")).apply(Batch("batch"));
  const Pipeline whole = pipeline(
      clicks.apply(ParquetSerializer("parquet")).sink(ObjectSink("archive", {.location = "file:///code"})),
      clicks.apply(Serializer("json")).sink(GCSSink("gcs", "code")));
  return make_plan(whole.graph("p"),
                   parse_config("pipeline:\n  segments:\n    - steps_config:\n"
                                "        in: {starts_segment: true, bootstrap_servers: [\"b:1\"]}\n" +
                                    steps,
                                "deploy.yaml", Environment{}));
}

std::map<std::string, std::string> options_of(const Plan& plan, std::string_view step) {
  std::map<std::string, std::string> options;
  for (const Option& option : plan.whole.find_step(*plan.graph.find(step))->options) {
    if (!std::holds_alternative<std::monostate>(option.value)) options[option.name] = to_string(option.value);
  }
  return options;
}

TEST(ConnectorOptionsTest, EachKeyOfAnObjectStoreReachesItsStep) {
  const std::map<std::string, std::string> archive = {{"location", "s3://bucket/x"},
                                                      {"thread_count", "4"},
                                                      {"max_attempts", "9"},
                                                      {"extension", ".json"},
                                                      {"content_type", "text/x"},
                                                      {"endpoint", "https://e"},
                                                      {"region", "eu"},
                                                      {"path_style", "true"},
                                                      {"ca_file", "/ca"},
                                                      {"access_key_id", "id-0"},
                                                      {"session_token", "ses-0"},
                                                      {"secret_access_key", "sec-0"},
                                                      {"access_token", "tok-0"},
                                                      {"access_token_file", "/t"}};
  const std::map<std::string, std::string> gcs = {
      {"bucket", "other"}, {"thread_count", "3"}, {"endpoint", "http://g"}};
  std::string steps;
  for (const auto& [step, keys] : {std::pair("archive", archive), std::pair("gcs", gcs)}) {
    steps += std::string("        ") + step + ":\n";
    for (const auto& [key, value] : keys) steps += "          " + key + ": " + value + "\n";
  }
  steps += "        parquet: {compression: zstd}\n";
  const Plan plan = plan_of(steps);
  EXPECT_EQ(options_of(plan, "archive"), archive);
  EXPECT_EQ(options_of(plan, "gcs"), gcs);
  EXPECT_EQ(options_of(plan, "parquet"), (std::map<std::string, std::string>{{"compression", "zstd"}}));
  EXPECT_THAT(to_json(plan),
              AllOf(HasSubstr("s3://bucket/x"), Not(HasSubstr("id-0")), Not(HasSubstr("ses-0")),
                    Not(HasSubstr("sec-0")), Not(HasSubstr("tok-0"))));
}

TEST(ConnectorOptionsTest, TheCodesOptionsStayWhereTheDeploymentSaysNothing) {
  const Plan plan = plan_of("");
  EXPECT_EQ(options_of(plan, "archive"), (std::map<std::string, std::string>{{"location", "file:///code"}}));
  EXPECT_EQ(options_of(plan, "gcs"), (std::map<std::string, std::string>{{"bucket", "code"}}));
  EXPECT_EQ(options_of(plan, "parquet"), (std::map<std::string, std::string>{{"compression", "snappy"}}));
}

TEST(ConnectorOptionsTest, AFaultPointsToTheKeyThatMakesIt) {
  try {
    plan_of("        archive: {location: \"ftp://x\"}\n        parquet: {compression: lzo}\n");
    FAIL() << "it fits";
  } catch (const ConfigError& error) {
    EXPECT_THAT(
        error.what(),
        AllOf(
            HasSubstr("deploy.yaml:5:19: ObjectSink 'archive', code and deployment together: location must"),
            HasSubstr("deploy.yaml:6:19: ParquetSerializer 'parquet', code and deployment together: "
                      "compression: Arrow cannot write lzo")));
  }
}

}  // namespace
}  // namespace streams::runtime
