#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>
#include <boost/asio/ip/tcp.hpp>

namespace boost::asio {
class io_context;
}

namespace streams::runtime {

struct HttpCall {
  std::string method = "GET";
  std::string host{};  ///< as the Host line has it
  std::string target{};
  std::string content_type{};  ///< of the body, when there is one
  std::string body{};
  std::chrono::milliseconds timeout{5000};         ///< for all of it; with `part`, for each part
  std::size_t body_bytes = std::size_t{64} << 10;  ///< the largest answer; with `part` there is no bound
  /// Gets the body of an answer with status 200 as it comes.
  std::function<void(std::string_view)> part{};
};

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

/// One request and its answer, on a connection of its own to the first of the endpoints that takes it. `done` is called
/// once, on the thread that runs `context`; a failure says why, not where.
void http_exchange(boost::asio::io_context& context,
                   const std::vector<boost::asio::ip::tcp::endpoint>& endpoints,
                   std::shared_ptr<const HttpCall> call,
                   std::function<void(absl::StatusOr<HttpAnswer>)> done);

}  // namespace streams::runtime
