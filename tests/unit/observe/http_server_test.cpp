#include "observe/http_server.hpp"

#include <atomic>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "support/await.hpp"
#include "support/loopback_client.hpp"

namespace {

using namespace streams::runtime;
using streams::tests::http_get;
using streams::tests::LoopbackClient;
using streams::tests::port_of;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// Says 1, nothing, 2, and ends there; the number of those that are open is known outside.
class Count final : public HttpStream {
 public:
  explicit Count(std::atomic<int>& open) : open_(open) { ++open_; }
  ~Count() override { --open_; }
  std::optional<std::string> next() override {
    static constexpr const char* kParts[] = {"1", "", "2"};
    if (calls_ == std::size(kParts)) return std::nullopt;
    return kParts[calls_++];
  }

 private:
  std::atomic<int>& open_;
  std::size_t calls_ = 0;
};

/// Says nothing, for ever: only the reader's end can end it.
class Silence final : public HttpStream {
 public:
  explicit Silence(std::atomic<int>& open) : open_(open) { ++open_; }
  ~Silence() override { --open_; }
  std::optional<std::string> next() override { return ""; }

 private:
  std::atomic<int>& open_;
};

/// A server on a free port whose pages say what was asked for.
class HttpServerTest : public testing::Test {
 protected:
  void serve(HttpLimits limits = {}) {
    auto server = HttpServer::listen(
        context_, {"127.0.0.1", 0},
        [this](const HttpRequest& request) {
          if (request.path == "/endless")
            return HttpReply{.stream = std::make_unique<Silence>(open_streams_)};
          if (request.path == "/count") return HttpReply{.stream = std::make_unique<Count>(open_streams_)};
          return HttpReply{
              .status = 200, .content_type = "text/plain", .body = request.path + "|" + request.query};
        },
        limits);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    port_ = port_of(server_->url());
    thread_ = std::thread([this] { context_.run(); });
  }
  void TearDown() override {
    boost::asio::post(context_, [this] {
      server_.reset();
      context_.stop();
    });
    if (thread_.joinable()) thread_.join();
  }

  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
  std::atomic<int> open_streams_{0};
  std::thread thread_;
};

TEST_F(HttpServerTest, AnswersAGetWithThePageOfItsPathAndQuery) {
  serve();
  const std::string answer = http_get(port_, "/plan?format=dot");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n/plan|format=dot"));
}

TEST_F(HttpServerTest, TellsBrowsersToLoadNothingFromElsewhere) {
  serve();
  const std::string answer = http_get(port_, "/");
  EXPECT_THAT(answer, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self'; "));
  EXPECT_THAT(answer, HasSubstr("frame-ancestors 'none'\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
}

TEST_F(HttpServerTest, AHeadHasTheLengthAndNoBody) {
  serve();
  LoopbackClient client(port_);
  client.send("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, OtherMethodsAreRefusedAsJson) {
  serve();
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    LoopbackClient client(port_);
    client.send(std::string(method) +
                " /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    const std::string answer = client.read_to_end();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n"));
    EXPECT_THAT(answer, HasSubstr("\"error\""));
  }
}

TEST_F(HttpServerTest, OneConnectionCarriesSeveralRequests) {
  serve();
  LoopbackClient client(port_);
  for (const char* path : {"/a", "/b", "/c"}) {
    client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.read_answer(), EndsWith(std::string(path) + "|"));
  }
}

TEST_F(HttpServerTest, ARequestInPiecesIsReadToItsEnd) {
  serve();
  LoopbackClient client(port_);
  for (const char* piece : {"GE", "T /a HTT", "P/1.1\r\nHo", "st: x\r\nConnection: close\r\n", "\r\n"})
    client.send(piece);
  EXPECT_THAT(client.read_to_end(), EndsWith("/a|"));
}

TEST_F(HttpServerTest, AHeaderThatIsTooLargeIsRefused) {
  serve();
  LoopbackClient client(port_);
  client.send("GET / HTTP/1.1\r\nX: " + std::string(20000, 'x') + "\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, ABodyThatIsTooLargeIsRefused) {
  serve();
  LoopbackClient client(port_);
  client.send("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, WhatIsNoHttpIsRefused) {
  serve();
  LoopbackClient client(port_);
  client.send("\x16\x03\x01 this is no request\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServerTest, AClientThatSaysNothingIsClosed) {
  serve({.timeout = std::chrono::milliseconds(50)});
  LoopbackClient client(port_);
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(HttpServerTest, AClientThatSendsItsRequestByDropsIsClosed) {
  serve({.timeout = std::chrono::milliseconds(50)});
  LoopbackClient client(port_);
  client.send("GET / HTTP/1.1\r\nX:");
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(HttpServerTest, MoreConnectionsThanThereMayBeAreClosedAndTheOthersServed) {
  serve({.connections = 2});
  LoopbackClient first(port_);
  LoopbackClient second(port_);
  // Their answers show that both are taken in before the third comes.
  for (LoopbackClient* client : {&first, &second}) {
    client->send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_THAT(client->read_answer(), EndsWith("/a|"));
  }
  LoopbackClient third(port_);
  third.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(third.read_to_end(), "");
  first.send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(first.read_answer(), EndsWith("/b|"));
}

TEST_F(HttpServerTest, APortThatIsTakenIsAnErrorThatNamesIt) {
  serve();
  boost::asio::io_context other;
  const auto second =
      HttpServer::listen(other, {"127.0.0.1", port_}, [](const HttpRequest&) { return HttpReply(); });
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(std::string(second.status().message()),
              HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(port_)));
}

TEST_F(HttpServerTest, AnAnswerThatGoesOnComesInChunksAndEnds) {
  serve();
  const std::string answer = http_get(port_, "/count");
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n1\r\n1\r\n1\r\n2\r\n0\r\n\r\n"));
  EXPECT_TRUE(streams::tests::await([this] { return open_streams_ == 0; }, std::chrono::seconds(10)));
}

TEST_F(HttpServerTest, AnAnswerThatGoesOnIsOverWhenItsReaderGoes) {
  serve();
  {
    LoopbackClient client(port_);
    client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(streams::tests::await([this] { return open_streams_ == 1; }, std::chrono::seconds(10)));
  }
  EXPECT_TRUE(streams::tests::await([this] { return open_streams_ == 0; }, std::chrono::seconds(10)));
  EXPECT_THAT(http_get(port_, "/x"), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(HttpServerTest, AReaderThatHasSentMoreAndGoesIsNoticedToo) {
  serve();
  {
    LoopbackClient client(port_);
    client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\nGET /x HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(streams::tests::await([this] { return open_streams_ == 1; }, std::chrono::seconds(10)));
    client.send("GET /x HTTP/1.1\r\n\r\n");
  }
  EXPECT_TRUE(streams::tests::await([this] { return open_streams_ == 0; }, std::chrono::seconds(10)));
}

TEST_F(HttpServerTest, AHeadOfAnAnswerThatGoesOnKeepsNothingOpen) {
  serve();
  LoopbackClient client(port_);
  client.send("HEAD /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 200 OK"));
  EXPECT_EQ(open_streams_, 0);
}

}  // namespace
