#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace streams::test {

using ServedRequest = boost::beast::http::request<boost::beast::http::string_body>;
using ServedAnswer = boost::beast::http::response<boost::beast::http::string_body>;

/// An HTTP server on a port of its own. Each connection has a thread, so a handler may wait.
class HandlerServer {
 public:
  /// Gives false where the connection is to be closed without an answer. Called from many threads at once.
  using Handler = std::function<bool(const ServedRequest&, ServedAnswer&)>;

  explicit HandlerServer(Handler handler);
  /// Hangs up on everybody; handlers must come to their end.
  ~HandlerServer();
  HandlerServer(const HandlerServer&) = delete;
  HandlerServer& operator=(const HandlerServer&) = delete;

  std::string url() const;
  /// Connections so far.
  int connections() const { return connections_; }

 private:
  using Socket = boost::asio::ip::tcp::socket;

  void serve();
  void serve_connection(Socket& socket);

  const Handler handler_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::set<std::shared_ptr<Socket>> open_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace streams::test
