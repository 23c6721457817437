#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace streams::tests {

/// A TCP connection to this machine, with plain bytes.
class LoopbackClient {
 public:
  explicit LoopbackClient(std::uint16_t port);
  ~LoopbackClient();
  LoopbackClient(const LoopbackClient&) = delete;
  LoopbackClient& operator=(const LoopbackClient&) = delete;

  /// False when the other end is gone.
  bool send(const std::string& text);
  /// Everything until the other end closes.
  std::string read_to_end();
  /// One answer with its body, as its Content-Length says.
  std::string read_answer(bool with_body = true);

 private:
  bool read_more();

  int descriptor_;
  std::string read_;
};

/// The port at the end of `http://host:port`.
std::uint16_t port_of(const std::string& url);

/// One GET on a connection of its own: the whole answer.
std::string http_get(std::uint16_t port, const std::string& target);

}  // namespace streams::tests
