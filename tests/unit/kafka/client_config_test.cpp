#include "client_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streams::kafka {
namespace {

using runtime::Params;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

ClientTraits traits_of(ClientKind kind) {
  ClientTraits traits;
  traits.kind = kind;
  traits.bootstrap_servers = {"a:1", "b:2"};
  traits.client_id = "me";
  traits.memory = 16U << 20U;
  traits.group = "g";
  return traits;
}

std::string value_of(const Properties& properties, std::string_view name) {
  const auto* value = find_property(properties, name);
  return value == nullptr ? "(none)" : *value;
}

TEST(ClientConfigTest, TheStepsOverrideWinsOverTheAdaptersAndBothOverOurs) {
  const Params below{{"linger.ms", "1", false, {}}, {"socket.nagle.disable", "false", false, {}}};
  const Params adapter{{"linger.ms", "2", false, {}}, {"acks", "all", false, {}}};
  const Params above{{"linger.ms", "3", false, {}}};
  const auto traits = traits_of(ClientKind::producer);
  EXPECT_EQ(value_of(client_properties(traits, {"s", &below, nullptr, nullptr}), "linger.ms"), "5");
  EXPECT_EQ(value_of(client_properties(traits, {"s", &below, &adapter, nullptr}), "linger.ms"), "2");
  const auto all = client_properties(traits, {"s", &below, &adapter, &above});
  EXPECT_EQ(value_of(all, "linger.ms"), "3");
  EXPECT_EQ(value_of(all, "acks"), "all");
  EXPECT_EQ(value_of(all, "socket.nagle.disable"), "false") << "what we do not set is the deployment's";
}

TEST(ClientConfigTest, EveryKindOfClientIsTakenByTheLibrary) {
  for (const auto kind : {ClientKind::consumer, ClientKind::producer, ClientKind::probe}) {
    auto traits = traits_of(kind);
    traits.instance_id = "host-1";
    auto conf = make_conf(client_properties(traits, {"s", nullptr, nullptr, nullptr}));
    EXPECT_TRUE(conf.ok()) << conf.status();
  }
}

TEST(ClientConfigTest, OffsetsAreLeftToUs) {
  const auto properties =
      client_properties(traits_of(ClientKind::consumer), {"s", nullptr, nullptr, nullptr});
  EXPECT_EQ(value_of(properties, "enable.auto.commit"), "false");
  EXPECT_EQ(value_of(properties, "enable.auto.offset.store"), "false");
  EXPECT_EQ(value_of(properties, "auto.offset.reset"), "error");
  EXPECT_EQ(value_of(properties, "partition.assignment.strategy"), "cooperative-sticky");
}

TEST(ClientConfigTest, AnOutageNeverTurnsRecordsIntoErrors) {
  const auto properties =
      client_properties(traits_of(ClientKind::producer), {"s", nullptr, nullptr, nullptr});
  EXPECT_EQ(value_of(properties, "message.timeout.ms"), "0");
  EXPECT_EQ(value_of(properties, "enable.idempotence"), "true");
}

TEST(ClientConfigTest, ADynamicMemberHasNoInstanceId) {
  auto traits = traits_of(ClientKind::consumer);
  EXPECT_EQ(value_of(client_properties(traits, {"s", nullptr, nullptr, nullptr}), "group.instance.id"),
            "(none)");
  traits.instance_id = "host-1";
  EXPECT_EQ(value_of(client_properties(traits, {"s", nullptr, nullptr, nullptr}), "group.instance.id"),
            "host-1");
}

TEST(ClientConfigTest, ABatchIsNotLargerThanTheSmallestTopicTakes) {
  auto traits = traits_of(ClientKind::producer);
  traits.smallest_limit = 5000;
  traits.largest_message = 20000000;
  const auto properties = client_properties(traits, {"s", nullptr, nullptr, nullptr});
  EXPECT_EQ(value_of(properties, "batch.size"), "5000");
  EXPECT_EQ(value_of(properties, "message.max.bytes"), "20004096")
      << "or librdkafka would refuse what the topic takes";
}

TEST(ClientConfigTest, WorkersShareTheNumberOfRecordsThatWait) {
  auto traits = traits_of(ClientKind::consumer);
  traits.siblings = 2;
  EXPECT_EQ(value_of(client_properties(traits, {"s", nullptr, nullptr, nullptr}), "queued.min.messages"),
            "25000");
}

TEST(ClientConfigTest, FaultsNamePlacePropertyAndRemedy) {
  const Params params{{"linger.mss", "5", false, {"d.yaml", 3, 7}},
                      {"enable.auto.commit", "true", false, {}},
                      {"linger.ms", "many", false, {}}};
  const auto faults = property_faults({"mysink", nullptr, nullptr, &params});
  ASSERT_THAT(faults, SizeIs(3));
  EXPECT_THAT(faults[0], HasSubstr("d.yaml:3:7: steps_config.mysink.override_params: librdkafka"));
  EXPECT_THAT(faults[0], HasSubstr("'linger.mss'"));
  EXPECT_THAT(faults[1], HasSubstr("'enable.auto.commit' cannot be set here"));
  EXPECT_THAT(faults[2], HasSubstr("the value of 'linger.ms' is not valid"));
}

TEST(ClientConfigTest, WhatTheLibraryKnowsIsNoFault) {
  const Params params{{"compression.type", "zstd", false, {}}, {"security.protocol", "plaintext", false, {}}};
  EXPECT_THAT(property_faults({"s", &params, &params, &params}), IsEmpty());
}

runtime::SecurityConfig scram() {
  runtime::SecurityConfig security;
  security.at = {"d.yaml", 4, 9};
  security.protocol = runtime::SecurityProtocol::kSaslSsl;
  security.ca_file = "/ca.pem";
  security.sasl_mechanism = runtime::SaslMechanism::kScramSha512;
  security.sasl_username = "app";
  security.sasl_password = "hunter2";
  return security;
}

TEST(ClientConfigTest, SecurityBecomesTheLibrarysProperties) {
  const auto security = scram();
  const auto properties =
      client_properties(traits_of(ClientKind::consumer), {"s", nullptr, nullptr, nullptr, &security});
  EXPECT_EQ(value_of(properties, "security.protocol"), "SASL_SSL");
  EXPECT_EQ(value_of(properties, "ssl.ca.location"), "/ca.pem");
  EXPECT_EQ(value_of(properties, "sasl.mechanism"), "SCRAM-SHA-512");
  EXPECT_EQ(value_of(properties, "sasl.username"), "app");
  EXPECT_EQ(value_of(properties, "sasl.password"), "hunter2");
  EXPECT_EQ(value_of(properties, "ssl.key.location"), "(none)");
  EXPECT_THAT(masked_text(properties), Not(HasSubstr("hunter2")));
  EXPECT_TRUE(make_conf(properties).ok());
}

TEST(ClientConfigTest, OverrideParamsWinOverSecurity) {
  const auto security = scram();
  const Params adapter{{"sasl.username", "other", false, {}}};
  const Params step{{"ssl.ca.location", "/other.pem", false, {}}};
  const auto properties =
      client_properties(traits_of(ClientKind::producer), {"s", nullptr, &adapter, &step, &security});
  EXPECT_EQ(value_of(properties, "sasl.username"), "other");
  EXPECT_EQ(value_of(properties, "ssl.ca.location"), "/other.pem");
  EXPECT_EQ(value_of(properties, "sasl.password"), "hunter2");
}

TEST(ClientConfigTest, AStepsSecurityTakesThePlaceOfTheAdaptersWhole) {
  runtime::AdapterConfigs adapters;
  EXPECT_EQ(security_in_force(std::nullopt, adapters), nullptr);
  adapters.kafka.security = scram();
  EXPECT_EQ(security_in_force(std::nullopt, adapters)->sasl_username, "app");
  const std::optional<runtime::SecurityConfig> plain{std::in_place};
  EXPECT_EQ(security_in_force(plain, adapters)->sasl_username, std::nullopt);
}

TEST(ClientConfigTest, ClientsConnectAlikeWhateverElseTheirSettingsSay) {
  const auto security = scram();
  auto another = scram();
  another.at.line = 99;
  const Params speed{{"linger.ms", "5", false, {}}};
  EXPECT_TRUE(
      connect_alike({"a", nullptr, nullptr, nullptr, &security}, {"b", nullptr, nullptr, &speed, &another}));
  another.sasl_password = "other";
  EXPECT_FALSE(
      connect_alike({"a", nullptr, nullptr, nullptr, &security}, {"b", nullptr, nullptr, nullptr, &another}));
}

TEST(ClientConfigTest, SecretsAreNeverShown) {
  const Params params{{"sasl.password", "hunter2", true, {}}, {"sasl.mechanisms", "hunter2", true, {}}};
  const auto properties =
      client_properties(traits_of(ClientKind::producer), {"s", nullptr, nullptr, &params});
  EXPECT_THAT(masked_text(properties), HasSubstr("sasl.password=***"));
  EXPECT_THAT(masked_text(properties), Not(HasSubstr("hunter2")));
  const Params wrong{{"linger.ms", "hunter2", true, {}}};
  EXPECT_THAT(property_faults({"s", nullptr, nullptr, &wrong}), ElementsAre(Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace streams::kafka
