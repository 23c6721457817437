#include "support/loopback_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace streams::tests {

LoopbackClient::LoopbackClient(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  // A server that never answers must not hang the test.
  const timeval longest{20, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof(longest));
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(descriptor_);
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
}

LoopbackClient::~LoopbackClient() {
  ::close(descriptor_);
}

bool LoopbackClient::send(const std::string& text) {
  return ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

bool LoopbackClient::read_more() {
  char part[4096];
  const ssize_t size = ::recv(descriptor_, part, sizeof(part), 0);
  if (size <= 0) return false;
  read_.append(part, static_cast<std::size_t>(size));
  return true;
}

std::string LoopbackClient::read_to_end() {
  while (read_more()) {
  }
  return std::exchange(read_, {});
}

std::string LoopbackClient::read_answer(bool with_body) {
  std::size_t head = std::string::npos;
  while ((head = read_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return std::exchange(read_, {});
  }
  std::size_t size = head + 4;
  const std::size_t length = read_.find("Content-Length: ");
  if (with_body && length < head) size += std::stoul(read_.substr(length + 16));
  while (read_.size() < size && read_more()) {
  }
  std::string answer = read_.substr(0, size);
  read_.erase(0, size);
  return answer;
}

std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
}

std::string http_get(std::uint16_t port, const std::string& target) {
  LoopbackClient client(port);
  client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return client.read_to_end();
}

}  // namespace streams::tests
