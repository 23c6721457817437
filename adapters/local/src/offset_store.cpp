#include "offset_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "descriptor.hpp"

namespace streams::local {

absl::StatusOr<std::optional<std::int64_t>> OffsetStore::load() const {
  std::error_code ignored;
  if (!std::filesystem::exists(file_, ignored)) return std::nullopt;
  std::ifstream in(file_, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in && !in.eof()) return absl::InternalError(fmt::format("{}: cannot be read", file_.string()));
  while (text.ends_with('\n')) text.pop_back();
  std::int64_t offset = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (error != std::errc() || end != text.data() + text.size() || offset < 0) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: holds no offset; remove the file to read the topic from its beginning", file_.string()));
  }
  return offset;
}

absl::Status OffsetStore::store(std::int64_t offset) const {
  const std::filesystem::path draft = file_.string() + ".new";
  const std::string text = std::to_string(offset) + "\n";
  {
    const Descriptor out(open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!out) return absl::ErrnoToStatus(errno, fmt::format("cannot create {}", draft.string()));
    const ssize_t count = write(out.get(), text.data(), text.size());
    if (count < 0) return absl::ErrnoToStatus(errno, fmt::format("cannot write {}", draft.string()));
    if (static_cast<std::size_t>(count) != text.size()) {
      return absl::ErrnoToStatus(ENOSPC, fmt::format("cannot write {}", draft.string()));
    }
  }
  if (rename(draft.c_str(), file_.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, fmt::format("cannot replace {}", file_.string()));
  }
  return absl::OkStatus();
}

}  // namespace streams::local
