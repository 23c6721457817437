#pragma once

#include <streams/runtime/config.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// Numbers with and without units, as the YAML writes them. Nothing means: not of this form, or out of range.
namespace streams::runtime::config {

std::optional<std::int64_t> parse_integer(std::string_view text);
/// A finite decimal number.
std::optional<double> parse_number(std::string_view text);
/// A number, then `us`, `ms`, `s`, `m`, `h` or `d`: `500ms`, `1.5s`.
std::optional<ConfigDuration> parse_duration(std::string_view text);
/// A plain number counted in `unit`.
std::optional<ConfigDuration> duration_of(double number, ConfigDuration unit);
/// A number, then `B`, `kB`, `KB`, `MB`, `GB` (powers of 1000) or `KiB`, `MiB`, `GiB` (powers of 1024).
std::optional<std::uint64_t> parse_size(std::string_view text);

/// The shortest form that `parse_duration` and `parse_size` read back.
std::string duration_text(ConfigDuration duration);
std::string size_text(std::uint64_t bytes);

}  // namespace streams::runtime::config
