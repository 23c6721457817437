#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace streams::kafka {

/// Holds back lines that say the same again: each is shown once in an interval. Lines that differ in numbers only,
/// such as in how long something took, are the same. Threads: any.
class RepeatedLines {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kInterval{30};
  /// More different lines than this are not remembered; the oldest is forgotten.
  static constexpr std::size_t kMost = 64;

  /// How many lines like this one were held back since it was last shown, or nothing: hold this one back too.
  std::optional<std::uint64_t> show(std::string_view line, Time now);

 private:
  struct Known {
    std::string shape;
    Time shown;
    std::uint64_t held_back = 0;
  };

  std::mutex mutex_;
  std::deque<Known> known_;
};

}  // namespace streams::kafka
