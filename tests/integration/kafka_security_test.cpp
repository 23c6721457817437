#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "support/await.hpp"
#include "support/deployment.hpp"
#include "support/kafka_test.hpp"
#include "support/runner.hpp"
#include "support/secure_kafka_broker.hpp"
#include "support/test_folder.hpp"

// streams-runner as an operator starts it, on a broker that lets nobody in without a key or a password.
namespace streams::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Listener = SecureKafkaBroker::Listener;

constexpr auto kPatience = 60s;
constexpr int kOutside = 6;  // the exit code for a broker that cannot be used

class KafkaSecurityTest : public OwnKafkaTest {
 protected:
  void SetUp() override {
    OwnKafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    secure_ = std::make_unique<SecureKafkaBroker>();
    in_ = unique_name("in");
    client().create_topic(in_);
    // The pipeline is compiled here, so that no start below waits for a compiler.
    const auto validate =
        runner("validate", {"validate", "--config", deployment("127.0.0.1:9092", "{}", "out")});
    ASSERT_EQ(validate->wait(180s), 0) << validate->err();
  }

  SecureKafkaBroker& secure() { return *secure_; }
  KafkaClient& client() { return secure_->broker().client(); }
  const std::string& in() const { return in_; }

  /// simple_map_filter on that address; `settings` are the kafka adapter's, in YAML.
  std::string deployment(const std::string& address, const std::string& settings, const std::string& out) {
    Deployment deployment("simple_map_filter");
    deployment.set_brokers(address);
    deployment.set_adapter("kafka", "lock_dir", (folder_.path() / "locks").string());
    deployment.set_kafka(settings);
    deployment.set_step("myinput", "topic", in_);
    deployment.set_step("myinput", "consumer_group", unique_name("group"));
    deployment.set_step("myinput", "auto_offset_reset", "earliest");
    deployment.set_step("mysink", "topic", out);
    return deployment.write(folder_.path() / "deployment.yaml");
  }

  /// simple_map_filter with three ways in of one cluster: its source, its queue and its sink each know their own.
  std::string deployment_by_step(const std::string& queue_password, const std::string& dead) {
    Deployment deployment("simple_map_filter");
    deployment.set_adapter("kafka", "lock_dir", (folder_.path() / "locks").string());
    // Nobody gets in by these: who has settings of its own uses them alone.
    deployment.set_kafka(login("PLAIN", "nobodys-secret", "other-ca.pem"));
    const auto step = [](const std::string& address, const std::string& settings) {
      YAML::Node keys = YAML::Load("{" + settings + "}");
      keys["bootstrap_servers"] = std::vector<std::string>{address};
      return keys;
    };
    YAML::Node source = step(secure().address(Listener::tls), tls());
    source["topic"] = in_;
    source["consumer_group"] = unique_name("group");
    source["auto_offset_reset"] = "earliest";
    source["dlq"] = step(secure().address(Listener::sasl_tls), login("SCRAM-SHA-512", queue_password));
    source["dlq"]["topic"] = dead;
    YAML::Node sink = step(secure().address(Listener::mutual_tls), mutual_tls("client.key"));
    sink["topic"] = dead + ".out";
    for (const auto& [name, keys] : {std::pair("myinput", source), std::pair("mysink", sink)})
      for (const auto& key : keys) deployment.set_step(name, key.first.as<std::string>(), key.second);
    return deployment.write(folder_.path() / "deployment.yaml");
  }

  std::unique_ptr<Child> runner(const std::string& name, const std::vector<std::string>& arguments) {
    return start_runner(folder_.path(), name, arguments);
  }

  std::string secret_file(const std::string& name, const std::string& secret) {
    const auto file = folder_.path() / name;
    std::ofstream(file) << secret << '\n';
    return file.string();
  }

  std::string login(const std::string& mechanism, const std::string& password,
                    const std::string& ca = "ca.pem") {
    return "security: {protocol: SASL_SSL, ca_file: " + secure().certificate(ca) +
           ", sasl: {mechanism: " + mechanism + ", username: app, password: '" + password + "'}}";
  }
  std::string tls(const std::string& ca = "ca.pem") {
    return "security: {protocol: SSL, ca_file: " + secure().certificate(ca) + "}";
  }
  std::string mutual_tls(const std::string& key) {
    return "security: {protocol: SSL, ca_file: " + secure().certificate("ca.pem") +
           ", certificate: {file: " + secure().certificate("client.pem") +
           ", key_file: " + secure().certificate(key) + "}}";
  }

 private:
  TestFolder folder_;
  std::unique_ptr<SecureKafkaBroker> secure_;
  std::string in_;
};

TEST_F(KafkaSecurityTest, RecordsComeThroughOnEveryWayIn) {
  const std::string record =
      R"({"org_id":1,"project_id":2,"name":"n","type":"c","value":1,"tags":{},"timestamp":3,"retention_days":4})";
  client().produce(in(), {{.value = record}, {.value = record}, {.value = record}});
  const std::string locked_key = "security: {protocol: SSL, ca_file: " + secure().certificate("ca.pem") +
                                 ", certificate: {file: " + secure().certificate("client.pem") +
                                 ", key_file: " + secure().certificate("client-locked.key") +
                                 ", key_password: '${file:" + secret_file("key", "key-secret") + "}'}}";
  const std::string the_librarys_names =
      "override_params: {security.protocol: sasl_ssl, sasl.mechanism: PLAIN, sasl.username: app, "
      "sasl.password: '${file:" +
      secret_file("app", "app-secret") + "}', ssl.ca.location: " + secure().certificate("ca.pem") + "}";
  struct Way {
    std::string name;
    Listener listener;
    std::string settings;
  };
  const std::string app_secret = "app-secret";
  for (const auto& [name, listener, settings] : std::vector<Way>{
           {"tls", Listener::tls, tls()},
           {"mutual_tls", Listener::mutual_tls, locked_key},
           {"scram_512", Listener::sasl_tls, login("SCRAM-SHA-512", app_secret)},
           {"scram_256", Listener::sasl_tls, login("SCRAM-SHA-256", app_secret)},
           {"plain", Listener::sasl_tls, login("PLAIN", app_secret)},
           {"the_librarys_names", Listener::sasl_tls, the_librarys_names},
       }) {
    SCOPED_TRACE(name);
    const std::string out = unique_name("out");
    client().create_topic(out);
    const auto run = runner(name, {"--config", deployment(secure().address(listener), settings, out),
                                   "--segment-id", "0", "--log-level", "debug"});
    EXPECT_TRUE(await([&] { return client().consume_all(out).size() == 3 || !run->running(); }, kPatience));
    EXPECT_THAT(client().consume_all(out), SizeIs(3));
    run->signal(SIGTERM);
    EXPECT_EQ(run->wait(kPatience), 0) << run->err();
    EXPECT_THAT(run->err(), Not(HasSubstr("app-secret")));
    EXPECT_THAT(run->err(), Not(HasSubstr("key-secret")));
  }
}

TEST_F(KafkaSecurityTest, SourceQueueAndSinkEachKnowTheirOwnWayInAndSoDoesTheToolForDeadLetters) {
  const std::string dead = unique_name("dead");
  const std::string out = dead + ".out";
  client().create_topic(dead);
  client().create_topic(out);
  client().produce(
      in(),
      {{.value =
            R"({"org_id":1,"project_id":2,"name":"n","type":"c","value":1,"tags":{},"timestamp":3,"retention_days":4})"},
       {.value = "not json"}});
  const std::string file = deployment_by_step("app-secret", dead);
  const auto run = runner("by_step", {"--config", file, "--segment-id", "0"});
  EXPECT_TRUE(await(
      [&] {
        return (client().consume_all(out).size() == 1 && client().consume_all(dead).size() == 1) ||
               !run->running();
      },
      kPatience));
  EXPECT_THAT(client().consume_all(out), SizeIs(1));
  EXPECT_THAT(client().consume_all(dead), SizeIs(1));
  run->signal(SIGTERM);
  EXPECT_EQ(run->wait(kPatience), 0) << run->err();

  const auto list = runner("list", {"dlq", "list", "--json", "--config", file});
  EXPECT_EQ(list->wait(kPatience), 0) << list->err();
  EXPECT_THAT(list->out(), HasSubstr(R"("step":"parser","error":"parse")"));
  EXPECT_THAT(list->out(), HasSubstr(R"("count":1,"redriven":0,)"));
  // Both ways in lead to one cluster, so that a transaction covers both.
  const auto redrive = runner("redrive", {"dlq", "redrive", "--config", file});
  EXPECT_EQ(redrive->wait(kPatience), 0) << redrive->err();
  EXPECT_THAT(redrive->out(), HasSubstr("redriven 1 record "));
  EXPECT_THAT(client().consume_all(in(), "read_committed"), SizeIs(3));
  for (const std::string& text : {run->err(), list->err(), redrive->err()})
    EXPECT_THAT(text, Not(HasSubstr("-secret")));

  // Not let in, it says so as the pipeline does.
  const std::string wrong = deployment_by_step("guess-secret", dead);
  for (const char* command : {"list", "show", "redrive"}) {
    SCOPED_TRACE(command);
    const auto begin = std::chrono::steady_clock::now();
    const auto refused = runner(std::string("refused_") + command, {"dlq", command, "--config", wrong});
    EXPECT_EQ(refused->wait(kPatience), kOutside);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
    EXPECT_THAT(lines_of(refused->err()), SizeIs(1));
    EXPECT_THAT(refused->err(),
                HasSubstr("the broker refuses the user name or the password (SCRAM-SHA-512)"));
    EXPECT_THAT(refused->err(), HasSubstr("'myinput.dlq'"));
    EXPECT_THAT(refused->err(), Not(HasSubstr("-secret")));
    EXPECT_EQ(refused->out(), "");
  }
}

TEST_F(KafkaSecurityTest, WhatIsWrongIsSaidInOneLineWithinTenSeconds) {
  struct Fault {
    std::string name;
    std::string address;
    std::string settings;
    std::string line;
  };
  const std::string login_address = secure().address(Listener::sasl_tls);
  for (const auto& [name, address, settings, expected] : std::vector<Fault>{
           {"wrong_scram_password", login_address, login("SCRAM-SHA-512", "guess-secret"),
            "the broker refuses the user name or the password (SCRAM-SHA-512)"},
           {"wrong_plain_password", login_address, login("PLAIN", "guess-secret"),
            "the broker refuses the user name or the password (PLAIN)"},
           {"wrong_ca", login_address, login("SCRAM-SHA-512", "app-secret", "other-ca.pem"),
            "the broker's certificate was not signed by an authority in " +
                secure().certificate("other-ca.pem")},
           {"expired", secure().address(Listener::expired_tls), tls(),
            "the broker's certificate has expired"},
           {"another_host", secure().address(Listener::elsewhere_tls), tls(),
            "the broker's certificate is for another name than this one"},
           {"no_client_certificate", secure().address(Listener::mutual_tls), tls(),
            "the broker asks for the client's certificate"},
           {"another_key", secure().address(Listener::mutual_tls), mutual_tls("broker.key"), "ssl.key"},
           {"no_tls", secure().address(Listener::tls), "{}", "as one that expects TLS does"},
           {"only_tls", login_address, tls(), "as one that expects a user name does"},
           {"tls_at_an_open_port", secure().broker().bootstrap(), tls(), "does not speak TLS"},
       }) {
    SCOPED_TRACE(name);
    const std::string file = deployment(address, settings, "out");
    const auto begin = std::chrono::steady_clock::now();
    const auto run = runner(name, {"--config", file, "--segment-id", "0"});
    EXPECT_EQ(run->wait(kPatience), kOutside);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
    const auto lines = lines_of(run->err());
    EXPECT_THAT(lines, SizeIs(1));
    EXPECT_THAT(run->err(), HasSubstr(" ERROR "));
    EXPECT_THAT(run->err(), HasSubstr(expected));
    EXPECT_THAT(run->err(), HasSubstr(address));
    EXPECT_THAT(run->err(), HasSubstr("'myinput'"));
    EXPECT_THAT(run->err(), Not(HasSubstr("-secret")));
  }
}

TEST_F(KafkaSecurityTest, JsonLinesHoldTheLibrarysLinesToo) {
  const std::string file =
      deployment(secure().address(Listener::sasl_tls), login("PLAIN", "guess-secret"), "out");
  const auto run =
      runner("json", {"--config", file, "--segment-id", "0", "--log-format", "json", "--log-level", "debug"});
  EXPECT_EQ(run->wait(kPatience), kOutside);
  const auto lines = lines_of(run->err());
  for (const auto& line : lines) EXPECT_THAT(line, StartsWith(R"({"time":")")) << line;
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find(R"("facility":"FAIL")") != std::string::npos;
  })) << run->err();
  EXPECT_THAT(run->err(), Not(HasSubstr("guess-secret")));
}

}  // namespace
}  // namespace streams::tests
