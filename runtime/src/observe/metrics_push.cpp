#include "observe/metrics_push.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "observe/http_exchange.hpp"

namespace streams::runtime {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// One sending to all addresses of the host. Whatever ends them, the last one tells the result.
struct Round {
  explicit Round(std::function<void(const PushResult&)> tell) : done(std::move(tell)) {}
  ~Round() { done(result); }
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  void fail(const std::string& address, std::string_view why) {
    ++result.failed;
    if (result.first_failure.empty()) result.first_failure = fmt::format("{}: {}", address, why);
  }
  void answered(const std::string& address, const absl::StatusOr<HttpAnswer>& answer) {
    if (!answer.ok()) return fail(address, std::string(answer.status().message()));
    if (answer->status / 100 != 2) return fail(address, fmt::format("answered {}", answer->status));
    ++result.sent;
  }

  const std::function<void(const PushResult&)> done;
  PushResult result;
};

}  // namespace

struct MetricsPush::Body : std::enable_shared_from_this<MetricsPush::Body> {
  Body(asio::io_context& of, PushUrl to, PushMethod with, std::chrono::milliseconds longest)
      : context(of), resolver(of), url(std::move(to)), method(with), timeout(longest) {}

  void send(std::shared_ptr<const HttpCall> call, const std::shared_ptr<Round>& round) {
    resolver.async_resolve(url.host, url.port,
                           [self = shared_from_this(), call = std::move(call), round](
                               error_code error, const tcp::resolver::results_type& found) {
                             if (error) return round->fail(self->url.host, error.message());
                             for (const auto& entry : found) {
                               http_exchange(self->context, {entry.endpoint()}, call,
                                             [round, address = entry.endpoint().address().to_string()](
                                                 const absl::StatusOr<HttpAnswer>& answer) {
                                               round->answered(address, answer);
                                             });
                             }
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
  auto call = std::make_shared<HttpCall>();
  call->method = body_->method == PushMethod::kPost ? "POST" : "PUT";
  call->host = body_->url.host;
  call->target = body_->url.path;
  call->content_type = content_type;
  call->body = std::move(body);
  call->timeout = body_->timeout;
  body_->send(std::move(call),
              std::make_shared<Round>([self = body_, done = std::move(done)](const PushResult& result) {
                self->under_way = false;
                if (!self->closed) done(result);
              }));
  return true;
}

}  // namespace streams::runtime
