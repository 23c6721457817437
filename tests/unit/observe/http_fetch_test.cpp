#include "observe/http_fetch.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "observe/http_server.hpp"
#include "support/loopback_client.hpp"

namespace {

using namespace std::chrono_literals;
using namespace streams::runtime;
using boost::asio::ip::tcp;
using streams::tests::port_of;
using testing::HasSubstr;

class Letters final : public HttpStream {
 public:
  std::optional<std::string> next() override {
    return letter_ == 'd' ? std::nullopt : std::optional(std::string(1, letter_++));
  }

 private:
  char letter_ = 'a';
};

class HttpFetchTest : public testing::Test {
 protected:
  HttpFetchTest() {
    auto server = HttpServer::listen(context_, {"127.0.0.1", 0}, [](const HttpRequest& request) {
      if (request.path == "/letters") return HttpReply{.stream = std::make_unique<Letters>()};
      return request.path == "/status" ? HttpReply{.body = "what is asked for"} : http_error(404, "no");
    });
    server_ = *std::move(server);
    address = {"127.0.0.1", port_of(server_->url())};
    thread_ = std::thread([this] { context_.run(); });
  }
  ~HttpFetchTest() override {
    boost::asio::post(context_, [this] {
      server_.reset();
      context_.stop();
    });
    thread_.join();
  }

  HttpAddress address;

 private:
  boost::asio::io_context context_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

TEST_F(HttpFetchTest, BringsTheBody) {
  const auto body = http_fetch(address, "/status");
  ASSERT_TRUE(body.ok()) << body.status();
  EXPECT_EQ(*body, "what is asked for");
}

TEST_F(HttpFetchTest, AnotherStatusIsAFailureThatSaysWhere) {
  const std::string text(http_fetch(address, "/x").status().message());
  EXPECT_THAT(text, HasSubstr("/x: the answer is 404: no"));
  EXPECT_THAT(text, HasSubstr("http://127.0.0.1:"));
}

TEST_F(HttpFetchTest, ALargerBodyThanAllowedIsNotRead) {
  EXPECT_FALSE(http_fetch(address, "/status", {.body_bytes = 5}).ok());
}

TEST_F(HttpFetchTest, FollowsAnAnswerToItsEnd) {
  std::vector<std::string> parts;
  const absl::Status status =
      http_follow(address, "/letters", [&parts](std::string_view part) { parts.emplace_back(part); });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(parts, testing::ElementsAre("a", "b", "c"));
}

TEST_F(HttpFetchTest, ARefusalIsNoPartOfWhatIsFollowed) {
  bool called = false;
  const absl::Status status = http_follow(address, "/x", [&called](std::string_view) { called = true; });
  EXPECT_THAT(std::string(status.message()), HasSubstr("the answer is 404: no"));
  EXPECT_FALSE(called);
}

TEST(HttpFetchFailureTest, NobodyThereIsSaid) {
  boost::asio::io_context context;
  std::uint16_t free_port = 0;
  {
    const tcp::acceptor acceptor(context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    free_port = acceptor.local_endpoint().port();
  }
  EXPECT_THAT(std::string(http_fetch({"127.0.0.1", free_port}, "/status").status().message()),
              HasSubstr("Connection refused"));
}

TEST(HttpFetchFailureTest, WhoTakesTheConnectionAndSaysNothingIsNotWaitedForForEver) {
  boost::asio::io_context context;
  const tcp::acceptor silent(context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  const HttpAddress address{"127.0.0.1", silent.local_endpoint().port()};
  EXPECT_FALSE(http_fetch(address, "/status", {.timeout = 50ms}).ok());
}

}  // namespace
