#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <streams/error.hpp>
#include <streams/http/http_client.hpp>

namespace streams::http {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> faults_of(HttpClientOptions options) {
  try {
    const HttpClient client(std::move(options));
  } catch (const PipelineError& error) {
    return error.faults();
  }
  return {};
}

TEST(HttpClientOptionsTest, AnAddressHasASchemeAHostAndNoCredentials) {
  EXPECT_THAT(faults_of({.base_url = "https://host:8443/api/v1"}), ElementsAre());
  EXPECT_THAT(faults_of({.base_url = "http://[::1]:80"}), ElementsAre());
  EXPECT_THAT(faults_of({.base_url = "host"}),
              ElementsAre("HttpClient: base_url must begin with http:// or https://"));
  EXPECT_THAT(faults_of({.base_url = "file:///etc"}), ElementsAre(HasSubstr("must begin with")));
  EXPECT_THAT(faults_of({.base_url = "http:///path"}), ElementsAre(HasSubstr("names no host")));
  EXPECT_THAT(faults_of({.base_url = "http://host?key=1"}), ElementsAre(HasSubstr("no query")));
  EXPECT_THAT(faults_of({.base_url = "http://ho st"}),
              ElementsAre(HasSubstr("character that no address has")));
  EXPECT_THAT(faults_of({.base_url = "http://me:hunter2@host"}),
              ElementsAre(::testing::AllOf(HasSubstr("give them as a header"), Not(HasSubstr("hunter2")))));
}

TEST(HttpClientOptionsTest, AllFaultsComeAtOnce) {
  EXPECT_THAT(faults_of({.base_url = "host",
                         .max_connections = 0,
                         .timeout = 0ms,
                         .connect_timeout = 0ms,
                         .max_response_bytes = 0,
                         .headers = {{"X-Key", "a\r\nb"}}}),
              ElementsAre(HasSubstr("base_url"), HasSubstr("max_connections"), HasSubstr("timeout"),
                          HasSubstr("connect_timeout"), HasSubstr("max_response_bytes"),
                          HasSubstr("header 'X-Key' has a line break")));
}

TEST(PercentEncodedTest, KeepsLettersDigitsAndFourMarks) {
  EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encoded("../a b?c&d=e/%\n"), "..%2Fa%20b%3Fc%26d%3De%2F%25%0A");
  EXPECT_EQ(percent_encoded("\xC3\xBC"), "%C3%BC");
  EXPECT_EQ(percent_encoded(""), "");
}

}  // namespace
}  // namespace streams::http
