#include "observe/http_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/push_url.hpp"

namespace {

using streams::runtime::parse_http_address;
using streams::runtime::parse_push_url;
using streams::runtime::push_path;

TEST(HttpAddressTest, WithoutAHostItIsThisMachineAlone) {
  const auto address = parse_http_address(":8080");
  ASSERT_TRUE(address.ok());
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 8080);
}

TEST(HttpAddressTest, AHostIsTakenAsItIs) {
  EXPECT_EQ(parse_http_address("0.0.0.0:80")->host, "0.0.0.0");
  EXPECT_EQ(parse_http_address("[::1]:80")->host, "::1");
  EXPECT_EQ(parse_http_address("localhost:0")->port, 0);
}

TEST(HttpAddressTest, WhatIsNoAddressIsRefusedWithAnExample) {
  for (const char* text : {"", "8080", ":", ":x", ":70000", ":-1", "::1:80", "[]:80", "host:80x", ": 80"}) {
    const auto address = parse_http_address(text);
    ASSERT_FALSE(address.ok()) << text;
    EXPECT_THAT(std::string(address.status().message()),
                testing::HasSubstr("write [HOST]:PORT, such as :8080"));
  }
}

TEST(PushUrlTest, HasHostPortAndPath) {
  const auto url = parse_push_url("http://push.metrics.svc:9091/metrics/job/x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "push.metrics.svc");
  EXPECT_EQ(url->port, "9091");
  EXPECT_EQ(url->path, "/metrics/job/x");
}

TEST(PushUrlTest, ThePortIs80AndThePathIsLeftToUs) {
  for (const char* text : {"http://push", "http://push/"}) {
    const auto url = parse_push_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->port, "80");
    EXPECT_EQ(url->path, "");
  }
  EXPECT_EQ(parse_push_url("http://[::1]:91/x")->host, "::1");
}

TEST(PushUrlTest, WhatCannotBeSentToIsRefused) {
  for (const char* text :
       {"", "push:9091", "https://push", "http://", "http://:80", "http://a:x", "http://a:0",
        "http://a:99999", "http://user:secret@a", "http://a/b c", "http://a/\r\nX: y", "http://[::1"}) {
    EXPECT_FALSE(parse_push_url(text)) << text;
  }
}

TEST(PushUrlTest, ThePathOfAProcessHasNoRoomForSlashes) {
  EXPECT_EQ(push_path("a/b c", "0", ""), "/metrics/job/streams/pipeline/a%2Fb%20c/segment/0/instance/none");
}

}  // namespace
