#include "observe/datagram_socket.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>

namespace streams::runtime {
namespace {

std::vector<std::byte> bytes_of(const void* address, std::size_t size) {
  const auto* begin = static_cast<const std::byte*>(address);
  return {begin, begin + size};
}

}  // namespace

absl::StatusOr<DatagramSocket> DatagramSocket::udp(const std::string& host, std::uint16_t port,
                                                   std::size_t most_waiting) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_DGRAM;
  addrinfo* raw = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &raw);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> found(raw, [](addrinfo* list) {
    if (list != nullptr) ::freeaddrinfo(list);
  });
  if (error != 0) {
    return absl::UnavailableError(
        fmt::format("metrics.host '{}' cannot be looked up: {}", host, ::gai_strerror(error)));
  }
  const int descriptor = ::socket(found->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return absl::UnavailableError(fmt::format("metrics: socket: {}", std::strerror(errno)));
  return DatagramSocket(descriptor, bytes_of(found->ai_addr, found->ai_addrlen), most_waiting);
}

absl::StatusOr<DatagramSocket> DatagramSocket::unix_path(const std::string& path, std::size_t most_waiting) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(
        fmt::format("metrics.socket_path '{}' is longer than the {} bytes that "
                    "a socket's path may have",
                    path, sizeof(address.sun_path) - 1));
  }
  std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return absl::UnavailableError(fmt::format("metrics: socket: {}", std::strerror(errno)));
  return DatagramSocket(descriptor, bytes_of(&address, sizeof(address)), most_waiting);
}

DatagramSocket::DatagramSocket(DatagramSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      address_(std::move(other.address_)),
      most_waiting_(other.most_waiting_),
      waiting_(std::move(other.waiting_)),
      dropped_(other.dropped_) {}

DatagramSocket::~DatagramSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool DatagramSocket::is_unix() const noexcept {
  return reinterpret_cast<const sockaddr*>(address_.data())->sa_family == AF_UNIX;
}

void DatagramSocket::send(std::vector<std::string> packets) {
  for (std::string& packet : packets) waiting_.push_back(std::move(packet));
  while (!waiting_.empty()) {
    const std::string& packet = waiting_.front();
    const ssize_t sent =
        ::sendto(descriptor_, packet.data(), packet.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(address_.data()), static_cast<socklen_t>(address_.size()));
    if (sent < 0) {
      if (errno == EINTR) continue;
      // Waiting mends neither a packet that is too long nor a UDP port where nobody listens.
      if (errno != EMSGSIZE && (errno != ECONNREFUSED || is_unix())) break;
      ++dropped_;
    }
    waiting_.pop_front();
  }
  while (most_waiting_ > 0 && waiting_.size() > most_waiting_) {
    waiting_.pop_front();
    ++dropped_;
  }
}

}  // namespace streams::runtime
