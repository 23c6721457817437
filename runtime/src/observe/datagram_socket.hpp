#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

namespace streams::runtime {

/// Sends datagrams to one receiver and never waits for it: what cannot leave now is kept up to a number of
/// packets, then the oldest ones are dropped. A Unix socket's receiver may come and go.
class DatagramSocket {
 public:
  /// `host` is looked up once, which may take a while. `most_waiting` 0: no limit.
  static absl::StatusOr<DatagramSocket> udp(const std::string& host, std::uint16_t port,
                                            std::size_t most_waiting);
  static absl::StatusOr<DatagramSocket> unix_path(const std::string& path, std::size_t most_waiting);

  DatagramSocket(DatagramSocket&& other) noexcept;
  DatagramSocket& operator=(DatagramSocket&&) = delete;
  ~DatagramSocket();

  /// Sends what waits and then these.
  void send(std::vector<std::string> packets);

  std::uint64_t dropped() const noexcept { return dropped_; }
  std::size_t waiting() const noexcept { return waiting_.size(); }
  bool is_unix() const noexcept;

 private:
  DatagramSocket(int descriptor, std::vector<std::byte> address, std::size_t most_waiting)
      : descriptor_(descriptor), address_(std::move(address)), most_waiting_(most_waiting) {}

  int descriptor_ = -1;
  std::vector<std::byte> address_;  // a sockaddr of its family
  std::size_t most_waiting_ = 0;
  std::deque<std::string> waiting_;
  std::uint64_t dropped_ = 0;
};

}  // namespace streams::runtime
