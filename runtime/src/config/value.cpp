#include "config/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "config/nearest.hpp"
#include "config/quantity.hpp"

namespace streams::runtime::config {
namespace {

using namespace std::chrono_literals;

struct TimedeltaPart {
  std::string_view name;
  ConfigDuration unit;
};
constexpr std::array kTimedeltaParts{TimedeltaPart{"weeks", 24h * 7},   TimedeltaPart{"days", 24h},
                                     TimedeltaPart{"hours", 1h},        TimedeltaPart{"minutes", 1min},
                                     TimedeltaPart{"seconds", 1s},      TimedeltaPart{"milliseconds", 1ms},
                                     TimedeltaPart{"microseconds", 1us}};

bool has(const KeyRow& row, unsigned forms) {
  return (row.forms & forms) != 0;
}

std::optional<bool> parse_bool(std::string_view text) {
  for (const std::string_view word : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"}) {
    if (text == word) return true;
  }
  for (const std::string_view word : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

/// Assigns to `T` or `std::optional<T>`; any other slot is a fault of the table that its test finds.
template <class T, class V>
void put(const Slot& slot, V&& value) {
  if (auto* const* plain = std::get_if<T*>(&slot)) {
    **plain = static_cast<T>(std::forward<V>(value));
  } else if (auto* const* maybe = std::get_if<std::optional<T>*>(&slot)) {
    **maybe = static_cast<T>(std::forward<V>(value));
  }
}

std::string number_text(double number) {
  return number == std::floor(number) && std::abs(number) < 1e15 ? fmt::format("{:.0f}", number)
                                                                 : fmt::format("{}", number);
}

std::string bounds(const KeyRow& row, std::string_view what) {
  if (row.maximum < 4294967295.0) {
    return fmt::format("{} from {} to {}", what, number_text(row.minimum), number_text(row.maximum));
  }
  return row.minimum > 0 ? fmt::format("{} from {} up", what, number_text(row.minimum)) : std::string(what);
}

std::string plain_unit_name(const KeyRow& row) {
  return row.plain_unit == 1000 ? "milliseconds" : "seconds";
}

std::string store_duration(const KeyRow& row, const Scalar& scalar, const Slot& slot) {
  auto value = parse_duration(scalar.text);
  if (!value && row.plain_unit != 0 && !scalar.is_text) {
    const auto number = parse_number(scalar.text);
    if (number) value = duration_of(*number, ConfigDuration(row.plain_unit));
  }
  if (!value && scalar.text.starts_with('-') && parse_duration(std::string_view(scalar.text).substr(1))) {
    return "must not be negative";
  }
  if (!value) return wrong_scalar(row, scalar);
  const double unit = row.plain_unit == 0 ? 1.0 : static_cast<double>(row.plain_unit);
  const auto least = duration_of(row.minimum, ConfigDuration(static_cast<std::int64_t>(unit))).value_or(0us);
  if (*value < 0us) return "must not be negative";
  if (*value < least) return fmt::format("must be at least {}", duration_text(least));
  put<ConfigDuration>(slot, *value);
  return {};
}

std::string store_number(const KeyRow& row, const Scalar& scalar, double value, const Slot& slot) {
  if (value < row.minimum || value > row.maximum) return wrong_scalar(row, scalar);
  put<std::uint32_t>(slot, value);
  put<std::uint64_t>(slot, value);
  put<double>(slot, value);
  return {};
}

std::string store_choice(const KeyRow& row, const Scalar& scalar, const Slot& slot) {
  const auto words = words_of(row.choices);
  const auto found = std::find(words.begin(), words.end(), scalar.text);
  if (found == words.end()) {
    std::string text = wrong_scalar(row, scalar);
    const std::string near = scalar.replaced ? std::string() : nearest(scalar.text, words);
    return near.empty() ? text : fmt::format("{}; did you mean '{}'?", text, near);
  }
  if (const auto* field = std::get_if<ChoiceSlot>(&slot)) {
    field->write(field->field, static_cast<std::size_t>(found - words.begin()));
  }
  return {};
}

std::string store_list(const Scalar& scalar, const Slot& slot) {
  std::vector<std::string> items;
  std::string_view rest = scalar.text;
  while (true) {
    const auto comma = rest.find(',');
    std::string_view item = rest.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item.empty()) return "has an empty item; check the commas";
    items.emplace_back(item);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (auto* const* list = std::get_if<std::vector<std::string>*>(&slot)) **list = std::move(items);
  return {};
}

}  // namespace

ScalarKind scalar_kind(std::string_view text) {
  for (const std::string_view word : {"", "~", "null", "Null", "NULL"}) {
    if (text == word) return ScalarKind::kNull;
  }
  for (const std::string_view word : {"true", "True", "TRUE", "false", "False", "FALSE"}) {
    if (text == word) return ScalarKind::kBool;
  }
  if (text.find_first_not_of("0123456789", text.starts_with('-') || text.starts_with('+') ? 1 : 0) ==
          std::string_view::npos &&
      std::isdigit(static_cast<unsigned char>(text.back())) != 0) {
    return ScalarKind::kInteger;
  }
  return parse_number(text) ? ScalarKind::kNumber : ScalarKind::kText;
}

std::string forms_text(const KeyRow& row) {
  std::vector<std::string> forms;
  if (has(row, kBool)) forms.emplace_back("true or false");
  if (has(row, kInteger)) forms.push_back(bounds(row, "a whole number"));
  if (has(row, kNumber)) forms.push_back(bounds(row, "a number"));
  if (has(row, kText)) forms.emplace_back("a text");
  if (has(row, kChoice)) forms.push_back(fmt::format("one of {}", fmt::join(words_of(row.choices), ", ")));
  if (has(row, kDuration)) {
    forms.push_back(row.plain_unit != 0
                        ? fmt::format("a number of {} or a duration such as 500ms", plain_unit_name(row))
                        : std::string("a duration such as 500ms, 5s or 1m"));
  }
  if (has(row, kSize)) forms.emplace_back("a size such as 64MiB, 10KiB or a number of bytes");
  if (has(row, kTimedelta)) forms.emplace_back("a mapping such as {seconds: 20}");
  if (has(row, kTextList)) forms.emplace_back("a list of texts");
  if (has(row, kParams)) forms.emplace_back("a mapping of names to texts");
  if (row.exactly_one_key) {
    forms.emplace_back("a mapping such as {threads: 4}");
  } else if (has(row, kOpenParams | kOpen | kMapping)) {
    forms.emplace_back("a mapping (key: value)");
  }
  if (has(row, kEntries)) forms.emplace_back("a list of mappings (- key: value)");
  return fmt::format("{}", fmt::join(forms, ", or "));
}

std::string wrong_form(const KeyRow& row, std::string_view found) {
  return fmt::format("must be {}, not {}", forms_text(row), found);
}

std::string wrong_scalar(const KeyRow& row, const Scalar& scalar) {
  std::string found = fmt::format("'{}'", scalar.raw);
  if (row.is_secret) found = "what stands there (it is not shown)";
  if (scalar.replaced) found = fmt::format("what {} gave", scalar.raw);
  std::string text = wrong_form(row, found);
  if (row.is_secret && !scalar.replaced) return text + "; put it in quotes";
  if (scalar.replaced) return text;
  const ScalarKind kind = scalar_kind(scalar.text);
  const bool is_number = kind == ScalarKind::kInteger || kind == ScalarKind::kNumber;
  if (scalar.is_text && kind != ScalarKind::kText && kind != ScalarKind::kNull && !has(row, kChoice)) {
    text += "; remove the quotes";
  } else if (!scalar.is_text && has(row, kText | kTextList)) {
    text += fmt::format("; put it in quotes: \"{}\"", scalar.raw);
  } else if (is_number && has(row, kDuration) && row.plain_unit == 0) {
    text += fmt::format("; add the unit: {0}ms or {0}s", scalar.raw);
  }
  return text;
}

std::string store_scalar(const KeyRow& row, const Scalar& scalar, const Slot& slot) {
  const ScalarKind kind = scalar.is_text ? ScalarKind::kText : scalar_kind(scalar.text);
  if (has(row, kText | kTextList)) {
    if (scalar.text.empty()) {
      return scalar.replaced ? fmt::format("is empty: {} gave no text", scalar.raw)
                             : std::string("is empty; give a text or remove the key");
    }
    if (!scalar.replaced && kind != ScalarKind::kText) return wrong_scalar(row, scalar);
    if (has(row, kTextList)) return store_list(scalar, slot);
    put<std::string>(slot, scalar.text);
    return {};
  }
  if (has(row, kChoice)) return store_choice(row, scalar, slot);
  if (has(row, kDuration)) return store_duration(row, scalar, slot);
  if (has(row, kBool) && !scalar.is_text) {
    if (const auto value = parse_bool(scalar.text)) {
      put<bool>(slot, *value);
      return {};
    }
  }
  if (has(row, kSize)) {
    if (const auto bytes = parse_size(scalar.text)) {
      if (static_cast<double>(*bytes) < row.minimum) {
        return fmt::format("must be at least {}", size_text(static_cast<std::uint64_t>(row.minimum)));
      }
      put<std::uint64_t>(slot, *bytes);
      return {};
    }
    if (kind == ScalarKind::kInteger) {
      const auto number = parse_integer(scalar.text);
      if (number && static_cast<double>(*number) < row.minimum) {
        return fmt::format("must be at least {}", size_text(static_cast<std::uint64_t>(row.minimum)));
      }
      if (number) return store_number(row, scalar, static_cast<double>(*number), slot);
    }
  }
  if (has(row, kInteger) && kind == ScalarKind::kInteger) {
    if (const auto number = parse_integer(scalar.text)) {
      return store_number(row, scalar, static_cast<double>(*number), slot);
    }
  }
  if (has(row, kNumber) && (kind == ScalarKind::kInteger || kind == ScalarKind::kNumber)) {
    if (const auto number = parse_number(scalar.text)) return store_number(row, scalar, *number, slot);
  }
  return wrong_scalar(row, scalar);
}

std::string store_timedelta(const KeyRow& row, const std::vector<std::pair<std::string, Scalar>>& parts,
                            const Slot& slot) {
  ConfigDuration sum{};
  for (const auto& [name, scalar] : parts) {
    const auto* part = std::find_if(kTimedeltaParts.begin(), kTimedeltaParts.end(),
                                    [&key = name](const TimedeltaPart& each) { return each.name == key; });
    if (part == kTimedeltaParts.end()) {
      const auto names = timedelta_parts();
      const std::string near = nearest(name, names);
      return fmt::format("takes {}, not '{}'{}", fmt::join(names, ", "), name,
                         near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near));
    }
    const auto number = scalar.is_text ? std::nullopt : parse_number(scalar.text);
    const auto length = number ? duration_of(*number, part->unit) : std::nullopt;
    if (!length) return fmt::format("takes a number of {}, not '{}'", name, scalar.raw);
    sum += *length;
  }
  if (sum < ConfigDuration(static_cast<std::int64_t>(row.minimum))) return "must be longer than nothing";
  put<ConfigDuration>(slot, sum);
  return {};
}

std::vector<std::string_view> timedelta_parts() {
  std::vector<std::string_view> names;
  for (const TimedeltaPart& part : kTimedeltaParts) names.push_back(part.name);
  return names;
}

bool is_secret_name(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  for (const std::string_view word :
       {"password", "passphrase", "secret", "token", "ssl.key.pem", "jaas", "credential"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace streams::runtime::config
