#include "config/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

namespace streams::runtime::config {
namespace {

using namespace std::chrono_literals;

struct TimeUnit {
  std::string_view name;
  ConfigDuration length;
};
constexpr std::array kTimeUnits{TimeUnit{"d", 24h}, TimeUnit{"h", 1h},   TimeUnit{"m", 1min},
                                TimeUnit{"s", 1s},  TimeUnit{"ms", 1ms}, TimeUnit{"us", 1us}};

struct SizeUnit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array kSizeUnits{SizeUnit{"GiB", std::uint64_t{1} << 30},
                                SizeUnit{"GB", 1'000'000'000},
                                SizeUnit{"MiB", std::uint64_t{1} << 20},
                                SizeUnit{"MB", 1'000'000},
                                SizeUnit{"KiB", std::uint64_t{1} << 10},
                                SizeUnit{"kB", 1'000},
                                SizeUnit{"KB", 1'000},
                                SizeUnit{"B", 1}};

/// The number and what follows it, blanks between them skipped.
std::optional<std::pair<double, std::string_view>> split_unit(std::string_view text) {
  const auto end = text.find_first_not_of("0123456789.");
  const auto number = parse_number(text.substr(0, end));
  if (!number) return std::nullopt;
  if (end == std::string_view::npos) return std::pair{*number, std::string_view{}};
  const auto unit = text.find_first_not_of(' ', end);
  if (unit == std::string_view::npos) return std::nullopt;
  return std::pair{*number, text.substr(unit)};
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789.eE+-") != std::string_view::npos)
    return std::nullopt;
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<ConfigDuration> duration_of(double number, ConfigDuration unit) {
  const double ticks = std::round(number * static_cast<double>(unit.count()));
  // A hundred years in nanoseconds still fits the clocks' 64 bits.
  constexpr double kLimit = 100.0 * 365 * 24 * 3600 * 1e6;
  if (!(std::abs(ticks) <= kLimit)) return std::nullopt;
  return ConfigDuration(static_cast<ConfigDuration::rep>(ticks));
}

std::optional<ConfigDuration> parse_duration(std::string_view text) {
  const auto parts = split_unit(text);
  if (!parts) return std::nullopt;
  for (const TimeUnit& unit : kTimeUnits) {
    if (unit.name == parts->second) return duration_of(parts->first, unit.length);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto parts = split_unit(text);
  if (!parts) return std::nullopt;
  for (const SizeUnit& unit : kSizeUnits) {
    if (unit.name != parts->second) continue;
    const double bytes = std::round(parts->first * static_cast<double>(unit.bytes));
    if (bytes > 9e18) return std::nullopt;
    return static_cast<std::uint64_t>(bytes);
  }
  return std::nullopt;
}

std::string duration_text(ConfigDuration duration) {
  for (const TimeUnit& unit : kTimeUnits) {
    if (duration.count() != 0 && duration.count() % unit.length.count() == 0) {
      return fmt::format("{}{}", duration.count() / unit.length.count(), unit.name);
    }
  }
  return "0s";
}

std::string size_text(std::uint64_t bytes) {
  for (const SizeUnit& unit : kSizeUnits) {
    if (bytes != 0 && bytes % unit.bytes == 0) return fmt::format("{}{}", bytes / unit.bytes, unit.name);
  }
  return "0B";
}

}  // namespace streams::runtime::config
