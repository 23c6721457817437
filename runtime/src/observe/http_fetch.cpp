#include "observe/http_fetch.hpp"

#include <utility>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace streams::runtime {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

/// Connect, write, read, each when the one before has ended.
class Fetch {
 public:
  Fetch(asio::io_context& context, const HttpAddress& address, const std::string& target, FetchLimits limits)
      : stream_(context), request_(http::verb::get, target, 11) {
    request_.set(http::field::host, fmt::format("{}:{}", address.host, address.port));
    request_.set(http::field::connection, "close");
    parser_.body_limit(limits.body_bytes);
    stream_.expires_after(limits.timeout);
  }

  void begin(const tcp::resolver::results_type& endpoints) {
    stream_.async_connect(endpoints, [this](error_code error, const tcp::endpoint&) {
      if (failed(error)) return;
      http::async_write(stream_, request_, [this](error_code write_error, std::size_t) {
        if (failed(write_error)) return;
        http::async_read(stream_, buffer_, parser_,
                         [this](error_code read_error, std::size_t) { failed(read_error); });
      });
    });
  }

  const error_code& error() const { return error_; }
  http::response<http::string_body> take() { return parser_.release(); }

 private:
  bool failed(error_code error) {
    error_ = error;
    return static_cast<bool>(error);
  }

  beast::tcp_stream stream_;
  http::request<http::empty_body> request_;
  http::response_parser<http::string_body> parser_;
  beast::flat_buffer buffer_;
  error_code error_;
};

}  // namespace

absl::StatusOr<std::string> http_fetch(const HttpAddress& address, const std::string& target,
                                       FetchLimits limits) {
  const std::string where = fmt::format(
      "http://{}:{}{}",
      address.host.find(':') == std::string::npos ? address.host : fmt::format("[{}]", address.host),
      address.port, target);
  const auto failed = [&where](const error_code& error) {
    return absl::UnavailableError(fmt::format("{}: {}", where, error.message()));
  };
  asio::io_context context(1);
  error_code error;
  tcp::resolver resolver(context);
  const auto endpoints = resolver.resolve(address.host, std::to_string(address.port), error);
  if (error) return failed(error);
  Fetch fetch(context, address, target, limits);
  fetch.begin(endpoints);
  context.run();
  if (fetch.error()) return failed(fetch.error());
  http::response<http::string_body> response = fetch.take();
  if (response.result() != http::status::ok) {
    return absl::UnavailableError(fmt::format("{}: the answer is {}", where, response.result_int()));
  }
  return std::move(response.body());
}

}  // namespace streams::runtime
