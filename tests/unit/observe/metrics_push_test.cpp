#include "observe/metrics_push.hpp"

#include <optional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

namespace {

using namespace std::chrono_literals;
using namespace streams::runtime;
using boost::asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// A gateway that takes one request and answers with a status.
class Gateway {
 public:
  explicit Gateway(int status)
      : acceptor_(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
        thread_([this, status] { serve(status); }) {}
  ~Gateway() {
    if (thread_.joinable()) thread_.join();
  }
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }
  std::string request() {
    thread_.join();
    return request_;
  }

 private:
  void serve(int status) {
    tcp::socket socket(context_);
    acceptor_.accept(socket);
    boost::system::error_code error;
    boost::asio::read_until(socket, boost::asio::dynamic_buffer(request_), "END\n", error);
    boost::asio::write(socket, boost::asio::buffer("HTTP/1.1 " + std::to_string(status) +
                                                   " x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
  }

  boost::asio::io_context context_;
  tcp::acceptor acceptor_;
  std::string request_;
  std::thread thread_;
};

PushResult push_to(PushUrl url, PushMethod method = PushMethod::kPut) {
  boost::asio::io_context context;
  MetricsPush push(context, std::move(url), method, 5s);
  std::optional<PushResult> result;
  push.send("a_metric 1\nEND\n", "text/plain", [&](const PushResult& r) { result = r; });
  context.run();
  return result.value_or(PushResult{.failed = 99});
}

TEST(MetricsPushTest, PutsTheTextToThePath) {
  Gateway gateway(202);
  const PushResult result = push_to({"127.0.0.1", gateway.port(), "/metrics/job/x"});
  EXPECT_EQ(result.sent, 1U);
  EXPECT_EQ(result.failed, 0U) << result.first_failure;
  const std::string request = gateway.request();
  EXPECT_THAT(request, StartsWith("PUT /metrics/job/x HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(request, EndsWith("\r\n\r\na_metric 1\nEND\n"));
}

TEST(MetricsPushTest, PostsWhenToldTo) {
  Gateway gateway(200);
  EXPECT_EQ(push_to({"127.0.0.1", gateway.port(), "/x"}, PushMethod::kPost).sent, 1U);
  EXPECT_THAT(gateway.request(), StartsWith("POST /x "));
}

TEST(MetricsPushTest, AnAnswerThatIsNoSuccessIsAFailure) {
  Gateway gateway(500);
  const PushResult result = push_to({"127.0.0.1", gateway.port(), "/x"});
  EXPECT_EQ(result.failed, 1U);
  EXPECT_EQ(result.first_failure, "127.0.0.1: answered 500");
}

TEST(MetricsPushTest, NobodyThereIsAFailure) {
  std::string free_port;
  {
    boost::asio::io_context context;
    const tcp::acceptor acceptor(context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    free_port = std::to_string(acceptor.local_endpoint().port());
  }
  EXPECT_EQ(push_to({"127.0.0.1", free_port, "/x"}).failed, 1U);
}

TEST(MetricsPushTest, ANameThatNobodyKnowsIsAFailure) {
  const PushResult result = push_to({"no.such.host.invalid", "9091", "/x"});
  EXPECT_EQ(result.failed, 1U);
  EXPECT_THAT(result.first_failure, StartsWith("no.such.host.invalid: "));
}

TEST(MetricsPushTest, OneIsUnderWayAtATime) {
  boost::asio::io_context context;
  MetricsPush push(context, {"127.0.0.1", "1", "/x"}, PushMethod::kPut, 1s);
  EXPECT_TRUE(push.send("a", "text/plain", [](const PushResult&) {}));
  EXPECT_FALSE(push.send("a", "text/plain", [](const PushResult&) {}));
  context.run();
  EXPECT_TRUE(push.send("a", "text/plain", [](const PushResult&) {}));
}

TEST(MetricsPushTest, OneThatIsUnderWayEndsWithoutAWordWhenItsOwnerGoes) {
  boost::asio::io_context context;
  bool told = false;
  {
    MetricsPush push(context, {"127.0.0.1", "1", "/x"}, PushMethod::kPut, 1s);
    push.send("a", "text/plain", [&](const PushResult&) { told = true; });
  }
  context.run();
  EXPECT_FALSE(told);
}

}  // namespace
