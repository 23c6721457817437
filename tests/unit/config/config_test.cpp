#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <streams/runtime/config.hpp>

#include <cstdlib>
#include <fstream>
#include <string>

#include "unit/config/case_file.hpp"
#include "unit/config/fake_environment.hpp"

namespace {

using namespace streams::runtime;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

DeploymentConfig parse(const std::string& yaml, const FakeEnvironment& environment = {}) {
  return parse_config(yaml, "conf/deploy.yaml", environment.get());
}

/// A file whose only step `s` has these keys.
DeploymentConfig with_step(const std::string& keys, const FakeEnvironment& environment = {}) {
  return parse("pipeline: {segments: [{steps_config: {s: " + keys + "}}]}", environment);
}

StepConfig step(const std::string& keys, const FakeEnvironment& environment = {}) {
  return *with_step(keys, environment).find_step("s");
}

std::string faults_of(const std::string& yaml) {
  try {
    parse(yaml);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(ConfigTest, ValuesThatAreNotWrittenHaveTheirDefaults) {
  const auto config = with_step("{}");
  EXPECT_EQ(config.metrics.type, MetricsType::kDummy);
  EXPECT_EQ(config.pipeline.delivery, Delivery::kAtLeastOnce);
  EXPECT_EQ(config.pipeline.commit.interval, 500ms);
  EXPECT_FALSE(config.pipeline.on_error.has_value());
  const StepConfig* s = config.find_step("s");
  ASSERT_NE(s, nullptr);
  EXPECT_FALSE(s->threads.has_value());
  EXPECT_FALSE(s->dlq.has_value());
  EXPECT_THAT(s->keys.all, IsEmpty());
}

TEST(ConfigTest, KeysKnowTheirPlaces) {
  const auto config = parse(
      "pipeline:\n"
      "  delivery: at_most_once\n"
      "  segments:\n"
      "    - steps_config:\n"
      "        s:\n"
      "          topic: t\n"
      "          dlq:\n"
      "            topic: dead\n"
      "          override_params:\n"
      "            acks: all\n");
  EXPECT_EQ(config.where("pipeline.delivery").line, 2);
  EXPECT_EQ(config.where("pipeline.delivery").column, 3);
  EXPECT_EQ(config.where("pipeline.name").line, 1);
  const StepConfig* s = config.find_step("s");
  EXPECT_EQ(s->at.line, 5);
  EXPECT_EQ(s->at.column, 9);
  EXPECT_EQ(s->where("topic").line, 6);
  EXPECT_EQ(s->where("dlq.topic").line, 8);
  EXPECT_EQ(s->where("override_params.acks").line, 10);
  EXPECT_EQ(s->where("override_params.acks").column, 13);
  EXPECT_EQ(s->where("batch_size").line, 5);
  std::vector<std::string> keys;
  keys.reserve(s->keys.all.size());
  for (const auto& place : s->keys.all) keys.push_back(place.key);
  EXPECT_THAT(keys, ElementsAre("topic", "dlq", "dlq.topic", "override_params", "override_params.acks"));
}

TEST(ConfigTest, ParallelismHasThreeForms) {
  EXPECT_EQ(step("{parallelism: 3}").threads, 3U);
  EXPECT_FALSE(step("{parallelism: 3}").multi_process);
  EXPECT_EQ(step("{parallelism: {threads: 3}}").threads, 3U);
  EXPECT_EQ(step("{parallelism: {multi_process: {processes: 3}}}").threads, 3U);
  EXPECT_TRUE(step("{parallelism: {multi_process: {processes: 3}}}").multi_process);
}

TEST(ConfigTest, ServersAreAListOrATextWithCommas) {
  EXPECT_THAT(step("{bootstrap_servers: [\"a:1\", \"b:2\"]}").bootstrap_servers, ElementsAre("a:1", "b:2"));
  EXPECT_THAT(step("{bootstrap_servers: \"a:1, b:2\"}").bootstrap_servers, ElementsAre("a:1", "b:2"));
  FakeEnvironment environment;
  environment.variables["SERVERS"] = "a:1,b:2";
  EXPECT_THAT(step("{bootstrap_servers: [\"${envvar:SERVERS}\"]}", environment).bootstrap_servers,
              ElementsAre("a:1", "b:2"));
}

TEST(ConfigTest, PropertiesBecomeTexts) {
  const StepConfig s = step("{override_params: {a: 5, b: True, c: 0.5, d: \"True\", e: '', f: text}}");
  std::vector<std::string> texts;
  for (const Param& param : s.override_params) texts.push_back(param.name + "=" + param.value);
  EXPECT_THAT(texts, ElementsAre("a=5", "b=true", "c=0.5", "d=True", "e=", "f=text"));
}

TEST(ConfigTest, DurationsAndSizesHaveUnits) {
  EXPECT_EQ(step("{batch_timedelta: 1.5s}").batch_timedelta, 1500ms);
  EXPECT_EQ(step("{batch_timedelta: {minutes: 1, seconds: 2, milliseconds: 0.5}}").batch_timedelta,
            62s + 500us);
  EXPECT_EQ(step("{batch_timedelta: {weeks: 1, days: 1, hours: 1, microseconds: 1}}").batch_timedelta,
            24h * 8 + 1h + 1us);
  EXPECT_EQ(step("{batch_time_ms: 5000.0}").batch_time, 5s);
  EXPECT_EQ(step("{batch_time_ms: 2m}").batch_time, 2min);
  EXPECT_EQ(step("{batch_size_bytes: 10KiB}").batch_size_bytes, 10240U);
  EXPECT_EQ(step("{batch_size_bytes: 64MB}").batch_size_bytes, 64'000'000U);
  EXPECT_EQ(step("{batch_size_bytes: 5}").batch_size_bytes, 5U);
}

TEST(ConfigTest, NullIsIgnoredWhereTheOriginalIgnoresIt) {
  const StepConfig s = step("{batch_size: null, batch_timedelta: ~, max_sleep_time_ms: }");
  EXPECT_FALSE(s.batch_size.has_value());
  EXPECT_FALSE(s.batch_timedelta.has_value());
}

TEST(ConfigTest, AStepsRetryIsLaidOverThePipelines) {
  const auto config = parse(
      "pipeline: {retry: {max_attempts: 5, backoff: 1s}, segments: [{steps_config: {s: {retry: {backoff: "
      "2s}}}}]}");
  const RetryConfig retry = config.find_step("s")->retry.over(config.pipeline.retry);
  EXPECT_EQ(retry.max_attempts, 5U);
  EXPECT_EQ(retry.backoff, 2s);
}

TEST(ConfigTest, RelativePathsStartAtTheFolderOfTheFile) {
  const auto config = parse(
      "pipeline: {application: ../examples/a.cpp, adapter_config: {local: {directory: data}}, segments: "
      "[{steps_config: {}}]}");
  EXPECT_EQ(config.pipeline.application, "examples/a.cpp");
  EXPECT_EQ(config.pipeline.adapters.local.directory, "conf/data");
  EXPECT_EQ(parse("pipeline: {application: /abs/a.so, segments: [{steps_config: {}}]}").pipeline.application,
            "/abs/a.so");
}

TEST(ConfigTest, OtherAdaptersGetTheirSettingsFlattened) {
  const auto config = parse(
      "pipeline: {adapter_config: {memory: {depth: 3, nested: {list: [a, b]}}}, segments: [{steps_config: "
      "{}}]}");
  const Params& params = config.pipeline.adapters.others.at("memory");
  ASSERT_EQ(params.size(), 3U);
  EXPECT_EQ(params[0].name, "depth");
  EXPECT_EQ(params[1].name, "nested.list.0");
  EXPECT_EQ(params[2].value, "b");
}

TEST(ConfigTest, AnEmptyDlqIsThereAndOneThatIsNotWrittenIsNot) {
  ASSERT_TRUE(step("{dlq: {}}").dlq.has_value());
  EXPECT_TRUE(step("{dlq: {}}").dlq->enabled);
  EXPECT_FALSE(step("{topic: t}").dlq.has_value());
}

TEST(SubstitutionTest, HappensBeforeTheValueGetsItsType) {
  FakeEnvironment environment;
  environment.variables["N"] = "7";
  environment.variables["B"] = "true";
  EXPECT_EQ(step("{batch_size: \"${envvar:N}\"}", environment).batch_size, 7U);
  EXPECT_EQ(step("{batch_size: \"1${envvar:N}0\"}", environment).batch_size, 170U);
  EXPECT_EQ(step("{starts_segment: \"${envvar:B}\"}", environment).starts_segment, true);
  EXPECT_EQ(step("{batch_timedelta: {seconds: \"${envvar:N}\"}}", environment).batch_timedelta, 7s);
  EXPECT_EQ(step("{topic: \"${envvar:N}\"}", environment).topic, "7");
}

TEST(SubstitutionTest, TakesDefaultsPartsAndSeveralInOneValue) {
  EXPECT_EQ(step("{topic: \"${envvar:WORD}-${NONE:x:y}-${WORD:z}\"}").topic, "abc-x:y-abc");
  EXPECT_EQ(step("{topic: \"a${NONE:}b\"}").topic, "ab");
  EXPECT_EQ(step("{topic: \"t${EMPTY:default}\"}").topic, "t") << "a variable that is set and empty is set";
}

TEST(SubstitutionTest, EscapesAndLoneDollarsStayText) {
  EXPECT_EQ(step("{topic: \"$${envvar:WORD} $5 $$ }{\"}").topic, "${envvar:WORD} $5 $$ }{");
}

TEST(SubstitutionTest, SubstitutedTextIsNotSubstitutedAgain) {
  FakeEnvironment environment;
  environment.variables["NESTED"] = "${envvar:WORD}";
  EXPECT_EQ(step("{topic: \"${envvar:NESTED}\"}", environment).topic, "${envvar:WORD}");
}

TEST(SubstitutionTest, FilesLoseTheirLineEndAndStartAtTheFolderOfTheConfiguration) {
  FakeEnvironment environment;
  environment.files["conf/secret.txt"] = "s3cret\r\n";
  EXPECT_EQ(step("{topic: \"${file:secret.txt}\"}", environment).topic, "s3cret");
  EXPECT_EQ(step("{topic: \"${file:/run/secrets/password}\"}").topic, "hunter2");
}

TEST(SubstitutionTest, EveryFaultOfOneValueIsSaid) {
  const std::string faults =
      faults_of("pipeline: {name: \"${envvar:A}${envvar:B}\", segments: [{steps_config: {}}]}");
  EXPECT_THAT(faults, HasSubstr("variable A is not set"));
  EXPECT_THAT(faults, HasSubstr("variable B is not set"));
}

TEST(MaskingTest, SecretsOfFilesAndPropertiesNamedAsPasswordsAreNotPrinted) {
  const auto config = with_step(
      "{topic: \"${file:/run/secrets/password}\", override_params: {sasl.password: plain1, x: "
      "\"u:${file:/run/secrets/password}\", y: open}, bootstrap_servers: "
      "[\"${file:/run/secrets/password}\"]}");
  const std::string text = masked_text(config);
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, Not(HasSubstr("plain1")));
  EXPECT_THAT(text, HasSubstr("steps_config.s.override_params.sasl.password = ***\n"));
  EXPECT_THAT(text, HasSubstr("steps_config.s.override_params.y = open\n"));
  const StepConfig* s = config.find_step("s");
  EXPECT_EQ(s->override_params[1].value, "u:hunter2");
  EXPECT_TRUE(s->override_params[1].secret);
  EXPECT_FALSE(s->override_params[2].secret);
  EXPECT_TRUE(config.secrets.contains("hunter2"));
}

TEST(SecurityTest, HasAllThatIsWritten) {
  const StepConfig s = step(
      "{security: {protocol: SASL_SSL, ca_file: /etc/kafka/ca.pem, certificate: {file: "
      "/etc/kafka/client.pem, "
      "key_file: /etc/kafka/client.key, key_password: k}, sasl: {mechanism: SCRAM-SHA-256, username: app, "
      "password: p}}}");
  ASSERT_TRUE(s.security);
  EXPECT_EQ(s.security->protocol, SecurityProtocol::kSaslSsl);
  EXPECT_EQ(s.security->ca_file, "/etc/kafka/ca.pem");
  EXPECT_EQ(s.security->certificate_file, "/etc/kafka/client.pem");
  EXPECT_EQ(s.security->key_file, "/etc/kafka/client.key");
  EXPECT_EQ(s.security->key_password, "k");
  EXPECT_EQ(s.security->sasl_mechanism, SaslMechanism::kScramSha256);
  EXPECT_EQ(s.security->sasl_username, "app");
  EXPECT_EQ(s.security->sasl_password, "p");
  EXPECT_GT(s.security->at.line, 0);
}

TEST(MaskingTest, PasswordsOfSecurityAreNotPrintedWhereverTheyComeFrom) {
  const auto config = with_step(
      "{dlq: {topic: d, security: {protocol: SASL_SSL, certificate: {file: /etc/kafka/client.pem, "
      "key_file: /etc/kafka/client.key, key_password: typed-key}, sasl: {mechanism: PLAIN, username: app, "
      "password: typed-password}}}}");
  const std::string text = masked_text(config);
  EXPECT_THAT(text, Not(HasSubstr("typed")));
  EXPECT_THAT(text, HasSubstr("steps_config.s.dlq.security.sasl.password = ***\n"));
  EXPECT_THAT(text, HasSubstr("steps_config.s.dlq.security.sasl.username = app\n"));
  EXPECT_TRUE(config.secrets.contains("typed-password"));
}

TEST(WarningsTest, EnvWarnsOnlyWhenItHasContent) {
  EXPECT_THAT(parse("env: {}\npipeline: {segments: [{steps_config: {}}]}").warnings, IsEmpty());
  EXPECT_THAT(parse("env: {A: b}\npipeline: {segments: [{steps_config: {}}]}").warnings,
              ElementsAre(HasSubstr("conf/deploy.yaml:1:1: 'env' has no meaning here")));
}

TEST(WarningsTest, OneForEachGroupOfKeys) {
  const auto config = parse(
      "sentry_sdk_config: {dsn: \"https://k@h/1\"}\n"
      "pipeline:\n"
      "  adapter_config: {arroyo: {sentry_sdk_config: {dsn: \"https://k@h/1\"}}}\n"
      "  segments: [{steps_config: {s: {parallelism: {multi_process: {processes: 2, batch_size: 1, "
      "batch_time: 1.0, "
      "input_block_size: null, max_output_block_size: 5}}}}}]\n");
  ASSERT_EQ(config.warnings.size(), 3U);
  EXPECT_THAT(config.warnings[0],
              HasSubstr("conf/deploy.yaml:3:29: 'pipeline.adapter_config.arroyo.sentry_sdk_config' has"));
  EXPECT_THAT(config.warnings[1], HasSubstr("batch_size"));
  EXPECT_THAT(config.warnings[1], HasSubstr("max_output_block_size"));
  EXPECT_THAT(config.warnings[2], HasSubstr("conf/deploy.yaml:1:1: 'sentry_sdk_config' has"));
}

TEST(DocumentTest, AnchorsAliasesAndMergeKeysWork) {
  const auto config = parse(
      "env: {base: &base {topic: t, starts_segment: true}}\n"
      "pipeline: {segments: [{steps_config: {a: {<<: *base, topic: own}, b: {topic: own, <<: *base}, c: "
      "*base}}]}");
  for (const char* name : {"a", "b"}) {
    EXPECT_EQ(config.find_step(name)->topic, "own") << name;
    EXPECT_EQ(config.find_step(name)->starts_segment, true) << name;
  }
  EXPECT_EQ(config.find_step("c")->topic, "t");
}

TEST(DocumentTest, AMergedKeyIsReplacedOnceOnly) {
  EXPECT_THAT(faults_of("env: {base: &base {topic: t}}\n"
                        "pipeline: {segments: [{steps_config: {a: {<<: *base, topic: x, topic: y}}}]}"),
              HasSubstr("'topic' is here twice"));
}

TEST(DocumentTest, WindowsLineEndsAndAByteOrderMarkAreTaken) {
  EXPECT_EQ(
      parse("\xEF\xBB\xBFpipeline:\r\n  name: abc\r\n  segments: [{steps_config: {}}]\r\n").pipeline.name,
      "abc");
}

TEST(ProcessEnvironmentTest, ReadsVariablesAndFilesOfTheProcess) {
  const Environment environment = process_environment();
  ASSERT_EQ(setenv("STREAMS_CONFIG_TEST", "value", 1), 0);
  EXPECT_EQ(environment.variable("STREAMS_CONFIG_TEST"), "value");
  EXPECT_FALSE(environment.variable("STREAMS_CONFIG_TEST_NOT_SET").has_value());
  const std::string path = testing::TempDir() + "/streams_config_test.txt";
  std::ofstream(path) << "content\n";
  EXPECT_EQ(environment.read_file(path), "content\n");
  EXPECT_FALSE(environment.read_file(path + ".none").has_value());
  EXPECT_FALSE(environment.read_file(testing::TempDir()).has_value());
}

TEST(DeploymentConfigTest, TheFilesOfTheExamplesLoadWithoutWarnings) {
  for (const char* name : {"simple_map_filter", "protobuf_map", "devnull_benchmark"}) {
    const std::string path = std::string(STREAMS_SOURCE_DIR) + "/deployment_config/" + name + ".yaml";
    EXPECT_THAT(load_config(path, process_environment()).warnings, IsEmpty()) << name;
  }
}

}  // namespace
