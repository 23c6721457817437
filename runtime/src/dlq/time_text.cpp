#include "dlq/time_text.hpp"

#include <fmt/format.h>

#include "config/quantity.hpp"

namespace streams::runtime::dlq {
namespace {

using namespace std::chrono;

/// Takes exactly `digits` digits from the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (const char letter : text.substr(0, digits)) {
    if (letter < '0' || letter > '9') return std::nullopt;
    number = number * 10 + (letter - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take_letter(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<sys_days> take_day(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take_letter(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take_letter(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                            std::chrono::day(static_cast<unsigned>(*day)));
  return date.ok() ? std::optional(sys_days(date)) : std::nullopt;
}

/// What follows the seconds' dot: a fraction of any length, of which milliseconds count.
std::optional<milliseconds> take_fraction(std::string_view& text) {
  if (!take_letter(text, ".")) return milliseconds(0);
  int value = 0;
  int digits = 0;
  for (; take_letter(text, "0123456789"); ++digits) {
    if (digits < 3) value = value * 10 + (text.data()[-1] - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) value *= 10;
  return milliseconds(value);
}

std::optional<milliseconds> take_time_of_day(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take_letter(text, ":")) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  const milliseconds start = hours(*hour) + minutes(*minute);
  if (!take_letter(text, ":")) return start;
  const auto second = take_number(text, 2);
  if (!second || *second > 60) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  return start + seconds(*second) + *fraction;
}

std::optional<Timestamp> parse_iso(std::string_view text) {
  const auto day = take_day(text);
  if (!day) return std::nullopt;
  Timestamp moment(*day);
  if (text.empty()) return moment;
  if (!take_letter(text, "T ")) return std::nullopt;
  const auto time = take_time_of_day(text);
  if (!time) return std::nullopt;
  take_letter(text, "Z");
  return text.empty() ? std::optional(moment + *time) : std::nullopt;
}

}  // namespace

std::string iso_text(Timestamp time) {
  if (time == kNoTimestamp) return "-";
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<Timestamp> parse_moment(std::string_view text, std::chrono::system_clock::time_point now) {
  if (const auto back = config::parse_duration(text); back && back->count() >= 0)
    return floor<milliseconds>(now) - duration_cast<milliseconds>(*back);
  return parse_iso(text);
}

}  // namespace streams::runtime::dlq
