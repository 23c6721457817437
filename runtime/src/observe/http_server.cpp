#include "observe/http_server.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace streams::runtime {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

struct HttpServer::Body : std::enable_shared_from_this<HttpServer::Body> {
  Body(asio::io_context& context, HttpHandler handle, HttpLimits with)
      : acceptor(context), pause(context), handler(std::move(handle)), limits(with) {}

  void accept();

  tcp::acceptor acceptor;
  asio::steady_timer pause;
  HttpHandler handler;
  HttpLimits limits;
  std::size_t connections = 0;
};

namespace {

/// A browser loads nothing for a page but from this port, runs no script within its markup, and shows it in no
/// other site's frame.
constexpr std::string_view kOnlyFromHere =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri "
    "'none'; form-action 'none'; frame-ancestors 'none'";

/// One connection: reads a request, answers it, and so on until the client ends it or keeps us waiting.
template <class Server>
class Session : public std::enable_shared_from_this<Session<Server>> {
 public:
  Session(tcp::socket socket, std::shared_ptr<Server> server)
      : stream_(std::move(socket)),
        server_(std::move(server)),
        buffer_(server_->limits.header_bytes * 2),
        pause_(stream_.get_executor()) {
    ++server_->connections;
  }
  ~Session() { --server_->connections; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void read() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(server_->limits.header_bytes));
    parser_->body_limit(server_->limits.body_bytes);
    stream_.expires_after(server_->limits.timeout);
    http::async_read(stream_, buffer_, *parser_,
                     beast::bind_front_handler(&Session::on_read, this->shared_from_this()));
  }

 private:
  void on_read(error_code error, std::size_t /*bytes*/) {
    if (!error) return answer(reply_to(parser_->get()), parser_->get().keep_alive());
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return answer(http_error(431, "the header is too large"), false);
    }
    if (error == http::error::body_limit) return answer(http_error(413, "the body is too large"), false);
    // What speaks no HTTP is told so; who has gone, or was too slow, is not.
    const bool is_http = error.category() == http::make_error_code(http::error::end_of_stream).category();
    if (is_http && error != http::error::end_of_stream && error != http::error::partial_message) {
      return answer(http_error(400, "this is no HTTP request"), false);
    }
    close();
  }

  HttpReply reply_to(const http::request<http::string_body>& request) {
    is_head_ = request.method() == http::verb::head;
    if (!is_head_ && request.method() != http::verb::get) {
      return http_error(405, "only GET and HEAD are answered here");
    }
    const std::string_view target(request.target().data(), request.target().size());
    const std::size_t mark = target.find('?');
    return server_->handler({std::string(target.substr(0, mark)),
                             mark == std::string_view::npos ? "" : std::string(target.substr(mark + 1))});
  }

  void answer(HttpReply reply, bool keep_alive) {
    http::response<http::string_body>& response = response_.emplace();
    fill(response, reply);
    if (reply.stream && !is_head_) return begin_stream(std::move(reply.stream));
    response.keep_alive(keep_alive);
    response.content_length(reply.body.size());
    if (!is_head_) response.body() = std::move(reply.body);
    is_head_ = false;
    stream_.expires_after(server_->limits.timeout);
    http::async_write(stream_, response,
                      beast::bind_front_handler(&Session::on_write, this->shared_from_this(), keep_alive));
  }

  static void fill(http::response<http::string_body>& response, const HttpReply& reply) {
    response.version(11);
    response.result(static_cast<unsigned>(reply.status));
    response.set(http::field::content_type, reply.content_type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Content-Security-Policy", beast::string_view(kOnlyFromHere.data(), kOnlyFromHere.size()));
    response.set("Referrer-Policy", "no-referrer");
    if (reply.status == 405) response.set(http::field::allow, "GET, HEAD");
  }

  void begin_stream(std::unique_ptr<HttpStream> source) {
    source_ = std::move(source);
    response_->keep_alive(false);
    response_->chunked(true);
    serializer_.emplace(*response_);
    watch_for_end();
    stream_.expires_after(server_->limits.timeout);
    http::async_write_header(stream_, *serializer_,
                             beast::bind_front_handler(&Session::on_part, this->shared_from_this()));
  }

  void on_part(error_code error, std::size_t /*bytes*/) {
    if (error || !source_) return end_stream();
    pause_.expires_after(HttpStream::kPause);
    pause_.async_wait(beast::bind_front_handler(&Session::write_part, this->shared_from_this()));
  }

  void write_part(error_code error) {
    if (error || !source_) return end_stream();
    std::optional<std::string> part = source_->next();
    if (part && part->empty()) return on_part({}, 0);
    stream_.expires_after(server_->limits.timeout);
    if (!part) {
      source_.reset();
      asio::async_write(stream_, http::make_chunk_last(),
                        beast::bind_front_handler(&Session::on_part, this->shared_from_this()));
      return;
    }
    part_ = *std::move(part);
    asio::async_write(stream_, http::make_chunk(asio::buffer(part_)),
                      beast::bind_front_handler(&Session::on_part, this->shared_from_this()));
  }

  /// Between two parts nothing is written, so nothing but this tells that the reader has gone. What the reader sends
  /// meanwhile is thrown away, so that its end is seen behind it.
  void watch_for_end() {
    stream_.socket().async_read_some(
        asio::buffer(unwanted_), [self = this->shared_from_this()](error_code error, std::size_t /*bytes*/) {
          if (error == asio::error::operation_aborted) return;
          if (error) return self->end_stream();
          self->watch_for_end();
        });
  }

  void end_stream() {
    source_.reset();
    pause_.cancel();
    error_code ignored;
    stream_.socket().cancel(ignored);
    close();
  }

  void on_write(bool keep_alive, error_code error, std::size_t /*bytes*/) {
    if (error || !keep_alive) return close();
    read();
  }

  void close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  std::shared_ptr<Server> server_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
  bool is_head_ = false;

  // Of an answer that goes on.
  asio::steady_timer pause_;
  std::unique_ptr<HttpStream> source_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
  std::string part_;
  std::array<char, 512> unwanted_{};
};

}  // namespace

void HttpServer::Body::accept() {
  acceptor.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !self->acceptor.is_open()) return;
    if (error) {
      // Out of descriptors, most likely: trying again at once would only spin.
      self->pause.expires_after(std::chrono::milliseconds(100));
      self->pause.async_wait([self](error_code stopped) {
        if (!stopped) self->accept();
      });
      return;
    }
    if (self->connections < self->limits.connections) {
      std::make_shared<Session<Body>>(std::move(socket), self)->read();
    }
    self->accept();
  });
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::listen(asio::io_context& context,
                                                               const HttpAddress& address,
                                                               HttpHandler handler, HttpLimits limits) {
  const auto failed = [&address](const error_code& error) {
    return absl::UnavailableError(fmt::format("http: cannot listen on {}:{}: {}; choose another --http",
                                              address.host, address.port, error.message()));
  };
  error_code error;
  tcp::resolver resolver(context);
  const auto found =
      resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, error);
  if (error) return failed(error);
  const tcp::endpoint endpoint = *found.begin();
  auto body = std::make_shared<Body>(context, std::move(handler), limits);
  body->acceptor.open(endpoint.protocol(), error);
  if (!error) body->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) body->acceptor.bind(endpoint, error);
  if (!error) body->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed(error);
  body->accept();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(body)));
}

HttpServer::~HttpServer() {
  error_code ignored;
  body_->acceptor.close(ignored);
}

std::string HttpServer::url() const {
  error_code error;
  const tcp::endpoint endpoint = body_->acceptor.local_endpoint(error);
  const std::string host = endpoint.address().to_string();
  return fmt::format("http://{}:{}", endpoint.address().is_v6() ? fmt::format("[{}]", host) : host,
                     endpoint.port());
}

}  // namespace streams::runtime
