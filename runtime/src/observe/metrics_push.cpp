#include "observe/metrics_push.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace streams::runtime {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// One sending to all addresses of the host.
struct Round {
  http::request<http::string_body> request;
  std::function<void(const PushResult&)> done;
  PushResult result;
  std::size_t open = 0;

  void fail(const std::string& address, const std::string& why) {
    ++result.failed;
    if (result.first_failure.empty()) result.first_failure = fmt::format("{}: {}", address, why);
  }
};

/// The sending to one address.
class Sending : public std::enable_shared_from_this<Sending> {
 public:
  Sending(asio::io_context& context, tcp::endpoint endpoint, std::shared_ptr<Round> round,
          std::chrono::milliseconds timeout)
      : stream_(context), endpoint_(std::move(endpoint)), round_(std::move(round)), timeout_(timeout) {
    ++round_->open;
  }
  // Whatever ends it, the last one of the round tells the result.
  ~Sending() {
    if (--round_->open == 0) round_->done(round_->result);
  }
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;

  void start() {
    stream_.expires_after(timeout_);
    stream_.async_connect(endpoint_, beast::bind_front_handler(&Sending::on_connect, shared_from_this()));
  }

 private:
  void on_connect(error_code error) {
    if (error) return fail(error.message());
    http::async_write(stream_, round_->request,
                      beast::bind_front_handler(&Sending::on_write, shared_from_this()));
  }
  void on_write(error_code error, std::size_t /*bytes*/) {
    if (error) return fail(error.message());
    parser_.body_limit(std::uint64_t{64} << 10U);
    http::async_read(stream_, buffer_, parser_,
                     beast::bind_front_handler(&Sending::on_read, shared_from_this()));
  }
  void on_read(error_code error, std::size_t /*bytes*/) {
    if (error) return fail(error.message());
    const unsigned status = parser_.get().result_int();
    if (status / 100 != 2) return fail(fmt::format("answered {}", status));
    ++round_->result.sent;
  }
  void fail(const std::string& why) { round_->fail(endpoint_.address().to_string(), why); }

  beast::tcp_stream stream_;
  tcp::endpoint endpoint_;
  std::shared_ptr<Round> round_;
  std::chrono::milliseconds timeout_;
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
};

}  // namespace

struct MetricsPush::Body : std::enable_shared_from_this<MetricsPush::Body> {
  Body(asio::io_context& of, PushUrl to, PushMethod with, std::chrono::milliseconds longest)
      : context(of), resolver(of), url(std::move(to)), method(with), timeout(longest) {}

  void send(const std::shared_ptr<Round>& round) {
    resolver.async_resolve(
        url.host, url.port,
        [self = shared_from_this(), round](error_code error, const tcp::resolver::results_type& found) {
          if (error) {
            round->fail(self->url.host, error.message());
            return round->done(round->result);
          }
          std::vector<std::shared_ptr<Sending>> sendings;
          for (const auto& entry : found) {
            sendings.push_back(
                std::make_shared<Sending>(self->context, entry.endpoint(), round, self->timeout));
          }
          for (const auto& sending : sendings) sending->start();
        });
  }

  asio::io_context& context;
  tcp::resolver resolver;
  PushUrl url;
  PushMethod method;
  std::chrono::milliseconds timeout;
  bool under_way = false;
  bool closed = false;
};

MetricsPush::MetricsPush(asio::io_context& context, PushUrl url, PushMethod method,
                         std::chrono::milliseconds timeout)
    : body_(std::make_shared<Body>(context, std::move(url), method, timeout)) {}
MetricsPush::~MetricsPush() {
  body_->closed = true;
}

bool MetricsPush::send(std::string body, std::string_view content_type,
                       std::function<void(const PushResult&)> done) {
  if (std::exchange(body_->under_way, true)) return false;
  auto round = std::make_shared<Round>();
  const http::verb verb = body_->method == PushMethod::kPost ? http::verb::post : http::verb::put;
  round->request = {verb, body_->url.path, 11};
  round->request.set(http::field::host, body_->url.host);
  round->request.set(http::field::content_type, std::string(content_type));
  round->request.keep_alive(false);
  round->request.body() = std::move(body);
  round->request.prepare_payload();
  round->done = [self = body_, done = std::move(done)](const PushResult& result) {
    self->under_way = false;
    if (!self->closed) done(result);
  };
  body_->send(round);
  return true;
}

}  // namespace streams::runtime
