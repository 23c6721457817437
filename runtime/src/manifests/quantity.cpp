#include "manifests/quantity.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace streams::runtime::manifests {
namespace {

/// A number above nothing, with or without a point, and what follows it.
bool is_amount(std::string_view text, std::string_view& unit) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, end);
  unit = text.substr(end);
  return !number.empty() && std::count(number.begin(), number.end(), '.') <= 1 && number.front() != '.' &&
         number.back() != '.' && number.find_first_of("123456789") != std::string_view::npos;
}

}  // namespace

bool is_cpu(std::string_view text) {
  std::string_view unit;
  if (!is_amount(text, unit)) return false;
  return unit.empty() || (unit == "m" && text.find('.') == std::string_view::npos);
}

bool is_memory(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kUnits{"", "Ki", "Mi", "Gi", "Ti", "k", "M", "G", "T"};
  std::string_view unit;
  return is_amount(text, unit) && std::find(kUnits.begin(), kUnits.end(), unit) != kUnits.end();
}

std::string memory_for(std::uint64_t budget) {
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
  return fmt::format("{}Mi", 2 * ((budget + kMebibyte - 1) / kMebibyte) + 128);
}

}  // namespace streams::runtime::manifests
