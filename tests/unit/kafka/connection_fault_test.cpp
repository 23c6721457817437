#include "connection_fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streams::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const Properties kScram{{"security.protocol", "SASL_SSL", false, "d.yaml:5:9: security"},
                        {"ssl.ca.location", "/ca.pem", false, "d.yaml:5:9: security"},
                        {"sasl.mechanism", "SCRAM-SHA-512", false, "d.yaml:5:9: security"},
                        {"sasl.password", "hunter2", true, "d.yaml:5:9: security"}};

std::string fault(rd_kafka_resp_err_t code, const std::string& text, const Properties& properties,
                  int certificate = 0) {
  const auto found = connection_fault({code, text, certificate}, properties);
  return found ? (found->certain ? "" : "perhaps: ") + found->text : "(it may go away)";
}

TEST(ConnectionFaultTest, ABrokerThatIsDownMayComeBack) {
  EXPECT_EQ(
      fault(RD_KAFKA_RESP_ERR__TRANSPORT,
            "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in "
            "state CONNECT)",
            {}),
      "(it may go away)");
}

TEST(ConnectionFaultTest, AWrongPasswordNamesMechanismAndKeyButNotThePassword) {
  EXPECT_EQ(fault(RD_KAFKA_RESP_ERR__AUTHENTICATION,
                  "sasl_ssl://h:1/bootstrap: SASL authentication error: Authentication failed during "
                  "authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512 (after 9ms in "
                  "state AUTH_REQ)",
                  kScram),
            "the broker refuses the user name or the password (SCRAM-SHA-512); correct security.sasl or the "
            "broker's users (d.yaml:5:9: security)");
}

TEST(ConnectionFaultTest, WhatIsWrongWithTheBrokersCertificateIsSaidByItsNumber) {
  const std::string text = "ssl://h:1/bootstrap: SSL handshake failed: certificate verify failed";
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__SSL, text, kScram, 10), HasSubstr("has expired"));
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__SSL, text, kScram, 62), HasSubstr("for another name"));
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__SSL, text, kScram, 20), HasSubstr("authority in /ca.pem"));
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__SSL, text, {}, 19), HasSubstr("this system's list"));
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__SSL, text, {}, 77), HasSubstr("77"));
}

TEST(ConnectionFaultTest, ARefusedClientCertificateIsToldFromAMissingOne) {
  const std::string text =
      "ssl://h:1/1: error:0A000412:SSL routines::alert bad certificate: SSL alert number ";
  const Properties with{{"ssl.certificate.location", "/c.pem", false, ""}};
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__SSL, text + "116", {}), HasSubstr("set security.certificate"));
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__SSL, text + "42", {}), HasSubstr("set security.certificate"));
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__SSL, text + "45", with), HasSubstr("it has expired"));
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__SSL, text + "48", with), HasSubstr("does not know its authority"));
}

TEST(ConnectionFaultTest, AWrongProtocolIsSeenByHowFarTheConnectionCame) {
  const Properties tls{{"security.protocol", "SSL", false, "d.yaml:5:9: security"}};
  const std::string closed = "ssl://h:1/bootstrap: Disconnected: connection closed by peer";
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__TRANSPORT, closed + " (after 2ms in state APIVERSION_QUERY)", {}),
              StartsWith("perhaps: the broker ends the connection at once, as one that expects TLS does"));
  EXPECT_THAT(fault(RD_KAFKA_RESP_ERR__TRANSPORT, closed + " (after 0ms in state UP)", tls),
              HasSubstr("as one that expects a user name does"));
  EXPECT_EQ(fault(RD_KAFKA_RESP_ERR__TRANSPORT, closed + " (after 0ms in state APIVERSION_QUERY)", tls),
            "(it may go away)");
  EXPECT_EQ(fault(RD_KAFKA_RESP_ERR__TRANSPORT, closed + " (after 0ms in state UP)", kScram),
            "(it may go away)");
  EXPECT_THAT(
      fault(RD_KAFKA_RESP_ERR__TRANSPORT,
            "ssl://h:1/bootstrap: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker "
            "listener?",
            tls),
      StartsWith("the broker does not speak TLS"));
}

TEST(ConnectionFaultTest, TheReasonIsWithoutThreadAndTime) {
  EXPECT_EQ(reason_of("ssl://h:1/bootstrap: SSL handshake failed: x (after 5ms in state SSL_HANDSHAKE)"),
            "SSL handshake failed: x");
  EXPECT_EQ(reason_of("[thrd:h:1/bootstrap]: h:1/bootstrap: Disconnected: y (after 1ms in state UP)"),
            "Disconnected: y");
  EXPECT_EQ(reason_of("Connection refused"), "Connection refused");
}

}  // namespace
}  // namespace streams::kafka
