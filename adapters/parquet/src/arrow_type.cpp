#include "arrow_type.hpp"

#include <arrow/type.h>

#include <stdexcept>
#include <vector>

namespace streams::parquet {
namespace {

arrow::TimeUnit::type unit_of(const DataType& type) {
  if (type.unit == "ms") return arrow::TimeUnit::MILLI;
  return type.unit == "us" ? arrow::TimeUnit::MICRO : arrow::TimeUnit::NANO;
}

}  // namespace

std::shared_ptr<arrow::Field> arrow_field(const Field& field) {
  return arrow::field(field.name, arrow_type(field.type), field.nullable);
}

std::shared_ptr<arrow::DataType> arrow_type(const DataType& type) {
  switch (type.kind) {
    case Kind::null:
      return arrow::null();
    case Kind::boolean:
      return arrow::boolean();
    case Kind::int8:
      return arrow::int8();
    case Kind::int16:
      return arrow::int16();
    case Kind::int32:
      return arrow::int32();
    case Kind::int64:
      return arrow::int64();
    case Kind::uint8:
      return arrow::uint8();
    case Kind::uint16:
      return arrow::uint16();
    case Kind::uint32:
      return arrow::uint32();
    case Kind::uint64:
      return arrow::uint64();
    case Kind::float32:
      return arrow::float32();
    case Kind::float64:
      return arrow::float64();
    case Kind::string:
      return arrow::utf8();
    case Kind::binary:
      return arrow::binary();
    case Kind::date:
      return arrow::date32();
    case Kind::time:
      if (type.unit == "ms") return arrow::time32(arrow::TimeUnit::MILLI);
      return arrow::time64(unit_of(type));
    case Kind::datetime:
      return type.time_zone.empty() ? arrow::timestamp(unit_of(type))
                                    : arrow::timestamp(unit_of(type), type.time_zone);
    case Kind::duration:
      return arrow::duration(unit_of(type));
    case Kind::decimal:
      return arrow::decimal128(type.precision, type.scale);
    case Kind::list:
      return arrow::list(arrow_field(type.fields[0]));
    case Kind::map:
      return std::make_shared<arrow::MapType>(arrow_field(type.fields[0]), arrow_field(type.fields[1]));
    case Kind::structure: {
      std::vector<std::shared_ptr<arrow::Field>> fields;
      for (const Field& field : type.fields) fields.push_back(arrow_field(field));
      return arrow::struct_(std::move(fields));
    }
  }
  throw std::logic_error("a kind of column without an Arrow type");
}

}  // namespace streams::parquet
