#include "line_reader.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace streams::local {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10;

}  // namespace

bool is_blank(std::string_view line) noexcept {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

absl::StatusOr<bool> LineReader::fill() {
  if (ended_) return false;
  pollfd ready{.fd = descriptor_, .events = POLLIN, .revents = 0};
  if (poll(&ready, 1, 0) <= 0) return false;
  buffer_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kChunk);
  const ssize_t count = read(descriptor_, buffer_.data() + had, kChunk);
  const int error = errno;
  buffer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count < 0) {
    if (error == EINTR || error == EAGAIN) return false;
    return absl::ErrnoToStatus(error, "cannot be read");
  }
  ended_ = count == 0;
  return count > 0;
}

std::optional<std::string_view> LineReader::next() {
  const std::string_view text(buffer_);
  const std::size_t end = text.find('\n', searched_);
  if (end != std::string_view::npos) {
    const std::string_view line = text.substr(begin_, end - begin_);
    begin_ = searched_ = end + 1;
    return line;
  }
  searched_ = text.size();
  if (!ended_ || begin_ == text.size()) return std::nullopt;
  const std::string_view line = text.substr(begin_);
  begin_ = text.size();
  return line;
}

}  // namespace streams::local
