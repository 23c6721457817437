#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <streams/bytes.hpp>
#include <streams/codec/json.hpp>

namespace streams::parquet {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Place {
  double lat = 0;
  std::optional<std::string> city;
};
BOOST_DESCRIBE_STRUCT(Place, (), (lat, city))

/// Something of everything that has a column.
struct Everything {
  bool yes = false;
  std::int8_t i8 = 0;
  std::int16_t i16 = 0;
  std::int32_t i32 = 0;
  std::int64_t i64 = 0;
  std::uint8_t u8 = 0;
  std::uint16_t u16 = 0;
  std::uint32_t u32 = 0;
  std::uint64_t u64 = 0;
  float f32 = 0;
  double f64 = 0;
  std::string text;
  Json json;
  Bytes bytes;
  std::monostate nothing;
  Colour colour = Colour::red;
  std::optional<std::int64_t> maybe;
  std::unique_ptr<Place> pointed;
  std::vector<std::int64_t> numbers;
  std::vector<std::optional<std::string>> texts;
  std::vector<std::vector<Place>> places;
  std::map<std::string, std::string> tags;
  std::map<std::string, std::optional<Place>> named;
  Place place;
  std::chrono::sys_time<std::chrono::milliseconds> at;
  std::chrono::local_time<std::chrono::nanoseconds> on_the_wall;
  std::chrono::sys_seconds second;
  std::chrono::sys_days day;
  std::chrono::year_month_day date;
  std::chrono::microseconds took{0};
  std::chrono::hh_mm_ss<std::chrono::milliseconds> clock;
  std::string class_;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (yes, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, text, json, bytes, nothing,
                       colour, maybe, pointed, numbers, texts, places, tags, named, place, at, on_the_wall,
                       second, day, date, took, clock, class_))
constexpr auto json_fields(const Everything*) {
  using namespace streams::json;
  return fields(field<&Everything::class_>("class"));
}

}  // namespace streams::parquet
