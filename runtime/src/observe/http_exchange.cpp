#include "observe/http_exchange.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
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
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(asio::io_context& context, std::shared_ptr<const HttpCall> call,
           std::function<void(absl::StatusOr<HttpAnswer>)> done)
      : stream_(context),
        call_(std::move(call)),
        done_(std::move(done)),
        request_(http::string_to_verb(call_->method), call_->target, 11) {
    request_.set(http::field::host, call_->host);
    request_.keep_alive(false);
    if (!call_->content_type.empty()) request_.set(http::field::content_type, call_->content_type);
    request_.body() = call_->body;
    request_.prepare_payload();
    if (call_->part) {
      parser_.body_limit(boost::none);
    } else {
      parser_.body_limit(call_->body_bytes);
    }
  }

  void begin(const std::vector<tcp::endpoint>& endpoints) {
    stream_.expires_after(call_->timeout);
    stream_.async_connect(endpoints, [self = shared_from_this()](error_code error, const tcp::endpoint&) {
      if (error) return self->fail(error);
      http::async_write(self->stream_, self->request_, beast::bind_front_handler(&Exchange::on_write, self));
    });
  }

 private:
  void on_write(error_code error, std::size_t /*bytes*/) {
    if (error) return fail(error);
    read();
  }

  void read() {
    if (call_->part) stream_.expires_after(call_->timeout);
    auto next = beast::bind_front_handler(&Exchange::on_read, shared_from_this());
    if (call_->part) {
      http::async_read_some(stream_, buffer_, parser_, std::move(next));
    } else {
      http::async_read(stream_, buffer_, parser_, std::move(next));
    }
  }

  void on_read(error_code error, std::size_t /*bytes*/) {
    if (error) return fail(error);
    std::string& body = parser_.get().body();
    if (call_->part && parser_.is_header_done() && parser_.get().result() == http::status::ok &&
        !body.empty()) {
      call_->part(body);
      body.clear();
    }
    if (!parser_.is_done()) return read();
    done_(HttpAnswer{parser_.get().result_int(), std::move(body)});
  }

  void fail(error_code error) { done_(absl::UnavailableError(error.message())); }

  beast::tcp_stream stream_;
  const std::shared_ptr<const HttpCall> call_;
  const std::function<void(absl::StatusOr<HttpAnswer>)> done_;
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> parser_;
  beast::flat_buffer buffer_;
};

}  // namespace

void http_exchange(asio::io_context& context, const std::vector<tcp::endpoint>& endpoints,
                   std::shared_ptr<const HttpCall> call,
                   std::function<void(absl::StatusOr<HttpAnswer>)> done) {
  std::make_shared<Exchange>(context, std::move(call), std::move(done))->begin(endpoints);
}

}  // namespace streams::runtime
