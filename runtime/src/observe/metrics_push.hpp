#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <streams/runtime/config.hpp>

#include "observe/push_url.hpp"

namespace boost::asio {
class io_context;
}

namespace streams::runtime {

struct PushResult {
  std::size_t sent = 0;         ///< addresses that took it
  std::size_t failed = 0;       ///< addresses that did not
  std::string first_failure{};  ///< empty when all took it
};

/// Sends a text to every address behind a host's name, which is looked up anew each time: pods come and go.
/// Everything happens on the thread that runs `context`.
class MetricsPush {
 public:
  MetricsPush(boost::asio::io_context& context, PushUrl url, PushMethod method,
              std::chrono::milliseconds timeout = std::chrono::seconds(5));
  /// What is under way ends without a word.
  ~MetricsPush();
  MetricsPush(const MetricsPush&) = delete;
  MetricsPush& operator=(const MetricsPush&) = delete;

  /// Begins to send; `done` is called once, when every address has answered or failed. One at a time: a call
  /// while another one is under way does nothing and returns false.
  bool send(std::string body, std::string_view content_type, std::function<void(const PushResult&)> done);

 private:
  struct Body;
  std::shared_ptr<Body> body_;
};

}  // namespace streams::runtime
