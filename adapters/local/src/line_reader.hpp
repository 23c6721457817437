#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

namespace streams::local {

/// A line that is longer than this is a fault: a file without line breaks must not fill the memory.
inline constexpr std::size_t kLongestLine = std::size_t{16} << 20;

/// Nothing but blanks.
bool is_blank(std::string_view line) noexcept;

/// Lines of a descriptor, read without ever waiting for more.
class LineReader {
 public:
  /// `descriptor` outlives the reader.
  explicit LineReader(int descriptor) : descriptor_(descriptor) {}

  /// Reads once, if something is there. False: nothing is there now, or nothing will come any more.
  absl::StatusOr<bool> fill();
  /// The next line without its end; the last one may lack it. Valid until `fill`. Nothing: `fill`, or the
  /// end.
  std::optional<std::string_view> next();
  /// Every line was read and no more will come.
  bool at_end() const noexcept { return ended_ && begin_ == buffer_.size(); }
  /// The line being read is too long to go on.
  bool line_too_long() const noexcept { return searched_ - begin_ > kLongestLine; }

 private:
  int descriptor_;
  std::string buffer_;
  std::size_t begin_ = 0;     // of the next line
  std::size_t searched_ = 0;  // there is no line's end between `begin_` and here
  bool ended_ = false;
};

}  // namespace streams::local
