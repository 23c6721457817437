#include "repeated_lines.hpp"

#include <algorithm>
#include <utility>

namespace streams::kafka {

namespace {

/// The line with one '0' in the place of each number.
std::string shape_of(std::string_view line) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string shape;
  shape.reserve(line.size());
  for (const char c : line) {
    if (!is_digit(c)) {
      shape += c;
    } else if (shape.empty() || shape.back() != '0') {
      shape += '0';
    }
  }
  return shape;
}

}  // namespace

std::optional<std::uint64_t> RepeatedLines::show(std::string_view line, Time now) {
  std::string shape = shape_of(line);
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(known_.begin(), known_.end(), [&](const Known& known) { return known.shape == shape; });
  if (found == known_.end()) {
    if (known_.size() == kMost) known_.pop_front();
    known_.push_back({std::move(shape), now, 0});
    return 0;
  }
  if (now - found->shown < kInterval) {
    ++found->held_back;
    return std::nullopt;
  }
  found->shown = now;
  return std::exchange(found->held_back, 0);
}

}  // namespace streams::kafka
