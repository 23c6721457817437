#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <absl/status/statusor.h>

#include "observe/http_address.hpp"
#include "observe/http_message.hpp"

namespace boost::asio {
class io_context;
}

namespace streams::runtime {

/// What a client may cost.
struct HttpLimits {
  std::size_t connections = 64;  ///< more are closed at once
  std::size_t header_bytes = 8192;
  std::size_t body_bytes = 1024;             ///< nothing that is asked for has one
  std::chrono::milliseconds timeout{10000};  ///< for each request, and for each answer
};

/// A server for GET and HEAD. Everything happens on the thread that runs `context`.
///
/// Lifecycle: made by `listen`, before or after `context` runs; destroyed when it does not run any more.
class HttpServer {
 public:
  static absl::StatusOr<std::unique_ptr<HttpServer>> listen(boost::asio::io_context& context,
                                                            const HttpAddress& address, HttpHandler handler,
                                                            HttpLimits limits = {});
  ~HttpServer();

  /// `http://127.0.0.1:8080`
  std::string url() const;

 private:
  struct Body;
  explicit HttpServer(std::shared_ptr<Body> body) : body_(std::move(body)) {}
  std::shared_ptr<Body> body_;
};

}  // namespace streams::runtime
