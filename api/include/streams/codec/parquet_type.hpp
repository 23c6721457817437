#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <streams/export.hpp>

namespace streams::parquet {

enum class Kind : std::uint8_t {
  null,
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  string,
  binary,
  date,      ///< days
  time,      ///< of the day
  datetime,  ///< a point in time where it has a time zone, else what a calendar and a clock on the wall show
  duration,
  decimal,
  list,
  map,
  structure,
};

struct Field;

/// The type of a column, or of what is inside one. Made by the functions below. A value.
struct DataType {
  Kind kind = Kind::null;
  std::string unit{};       ///< of a time, datetime or duration: `ms`, `us` or `ns`
  std::string time_zone{};  ///< of a datetime: `UTC`, `Europe/Vienna`; may be empty
  int precision = 0;        ///< of a decimal: digits in all, 1 to 38
  int scale = 0;            ///< of a decimal: digits behind the point
  /// Of a structure; the item of a list; the key and the value of a map. No initialiser: a Field is not whole here.
  std::vector<Field> fields;
};

/// A named column, or a named part of a structure.
struct Field {
  std::string name;
  DataType type;
  bool nullable = true;
};

STREAMS_EXPORT bool operator==(const DataType& a, const DataType& b);
STREAMS_EXPORT bool operator==(const Field& a, const Field& b);

/// `List(Struct([a: Int64, b: String?]))`; a question mark is what may be null.
STREAMS_EXPORT std::string to_string(const DataType& type);

/// What is wrong with a type by itself (a unit that is none, a structure without fields, two of one name, ...), one
/// text a fault; `path` names the column.
STREAMS_EXPORT std::vector<std::string> type_faults(const DataType& type, const std::string& path);

/// What keeps values of the type `from` (of a C++ struct) from standing in columns of the type `to` (given by the
/// author), one text a fault. Both are structures at the top. Numbers may become narrower: a value that does not fit
/// is then a fault of its row.
STREAMS_EXPORT std::vector<std::string> conversion_faults(const DataType& from, const DataType& to);

// Called as in Sentry Streams, on purpose.
// NOLINTBEGIN(readability-identifier-naming)
inline DataType Null() {
  return {.kind = Kind::null, .fields = {}};
}
inline DataType Boolean() {
  return {.kind = Kind::boolean, .fields = {}};
}
inline DataType Int8() {
  return {.kind = Kind::int8, .fields = {}};
}
inline DataType Int16() {
  return {.kind = Kind::int16, .fields = {}};
}
inline DataType Int32() {
  return {.kind = Kind::int32, .fields = {}};
}
inline DataType Int64() {
  return {.kind = Kind::int64, .fields = {}};
}
inline DataType Uint8() {
  return {.kind = Kind::uint8, .fields = {}};
}
inline DataType Uint16() {
  return {.kind = Kind::uint16, .fields = {}};
}
inline DataType Uint32() {
  return {.kind = Kind::uint32, .fields = {}};
}
inline DataType Uint64() {
  return {.kind = Kind::uint64, .fields = {}};
}
inline DataType Float32() {
  return {.kind = Kind::float32, .fields = {}};
}
inline DataType Float64() {
  return {.kind = Kind::float64, .fields = {}};
}
inline DataType String() {
  return {.kind = Kind::string, .fields = {}};
}
inline DataType Utf8() {
  return String();
}
inline DataType Binary() {
  return {.kind = Kind::binary, .fields = {}};
}
inline DataType Date() {
  return {.kind = Kind::date, .fields = {}};
}
inline DataType Time(std::string unit = "us") {
  return {.kind = Kind::time, .unit = std::move(unit), .fields = {}};
}
inline DataType Datetime(std::string time_zone = {}, std::string time_unit = "us") {
  return {
      .kind = Kind::datetime, .unit = std::move(time_unit), .time_zone = std::move(time_zone), .fields = {}};
}
inline DataType Duration(std::string time_unit = "us") {
  return {.kind = Kind::duration, .unit = std::move(time_unit), .fields = {}};
}
inline DataType Decimal(int precision = 38, int scale = 0) {
  return {.kind = Kind::decimal, .precision = precision, .scale = scale, .fields = {}};
}
inline DataType List(DataType item, bool item_may_be_null = true) {
  return {.kind = Kind::list, .fields = {{"item", std::move(item), item_may_be_null}}};
}
inline DataType Map(DataType value, bool value_may_be_null = true) {
  return {.kind = Kind::map,
          .fields = {{"key", String(), false}, {"value", std::move(value), value_may_be_null}}};
}
inline DataType Struct(std::vector<Field> fields) {
  return {.kind = Kind::structure, .fields = std::move(fields)};
}
// NOLINTEND(readability-identifier-naming)

}  // namespace streams::parquet
