#include "support/handler_server.hpp"

#include <sys/socket.h>

#include <utility>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace streams::test {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

HandlerServer::HandlerServer(Handler handler)
    : handler_(std::move(handler)),
      acceptor_(io_, tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)),
      thread_([this] { serve(); }) {}

HandlerServer::~HandlerServer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    // By the system's own call: sockets of Asio are for one thread at a time.
    for (const auto& socket : open_) ::shutdown(socket->native_handle(), SHUT_RDWR);
  }
  // Wakes the accept.
  boost::system::error_code ignored;
  boost::asio::io_context io;
  tcp::socket knock(io);
  knock.connect(acceptor_.local_endpoint(), ignored);
  thread_.join();
}

std::string HandlerServer::url() const {
  return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

void HandlerServer::serve() {
  std::vector<std::thread> threads;
  for (;;) {
    auto socket = std::make_shared<Socket>(io_);
    boost::system::error_code failed;
    acceptor_.accept(*socket, failed);
    {
      const std::lock_guard lock(mutex_);
      if (ending_ || failed) break;
      open_.insert(socket);
    }
    ++connections_;
    threads.emplace_back([this, socket] {
      serve_connection(*socket);
      const std::lock_guard lock(mutex_);
      open_.erase(socket);
      boost::system::error_code ignored;
      socket->close(ignored);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void HandlerServer::serve_connection(Socket& socket) {
  boost::beast::flat_buffer buffer;
  boost::system::error_code failed;
  for (;;) {
    ServedRequest request;
    http::read(socket, buffer, request, failed);
    if (failed) return;
    ServedAnswer answer(http::status::ok, 11);
    if (!handler_(request, answer)) return;
    answer.prepare_payload();
    http::write(socket, answer, failed);
    if (failed) return;
  }
}

}  // namespace streams::test
