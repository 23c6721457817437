#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <streams/graph.hpp>

namespace streams::detail {

/// The option of that name as a `T`; a value of another type is a fault, in which `type` says what is wanted.
template <class T>
std::optional<T> read_option(const Options& options, std::string_view name, std::string_view type,
                             std::vector<std::string>& faults) {
  const OptionValue* value = find_option(options, name);
  if (value == nullptr) return std::nullopt;
  if (const T* held = std::get_if<T>(value)) return *held;
  faults.push_back(std::string(name) + " must be " + std::string(type));
  return std::nullopt;
}

constexpr std::string_view kWholeNumber = "a whole number";
constexpr std::string_view kDuration = "a duration, such as 500ms";

template <class T>
OptionValue value_or_nothing(const std::optional<T>& value) {
  return value ? OptionValue{*value} : OptionValue{};
}

}  // namespace streams::detail
