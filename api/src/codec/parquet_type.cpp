#include <streams/codec/parquet_type.hpp>

#include <algorithm>
#include <set>

#include <streams/codec/parquet_table.hpp>

namespace streams::parquet {
namespace {

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

bool is_integer(Kind kind) {
  return kind >= Kind::int8 && kind <= Kind::uint64;
}

bool is_real(Kind kind) {
  return kind == Kind::float32 || kind == Kind::float64;
}

bool has_unit(Kind kind) {
  return kind == Kind::time || kind == Kind::datetime || kind == Kind::duration;
}

std::string below(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

std::string of(const std::string& path) {
  return path.empty() ? std::string() : path + ": ";
}

const Field* find_field(const std::vector<Field>& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

std::string names_of(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) text += (text.empty() ? "" : ", ") + field.name;
  return text;
}

/// Whether values that stand alone may become each other; what is made of parts is compared part by part.
bool converts(const DataType& from, const DataType& to) {
  switch (from.kind) {
    case Kind::null:
      return true;
    case Kind::int8:
    case Kind::int16:
    case Kind::int32:
    case Kind::int64:
    case Kind::uint8:
    case Kind::uint16:
    case Kind::uint32:
    case Kind::uint64:
      return is_integer(to.kind) || is_real(to.kind) || has_unit(to.kind) || to.kind == Kind::date ||
             to.kind == Kind::decimal;
    case Kind::float32:
    case Kind::float64:
      return is_real(to.kind);
    case Kind::string:
      return to.kind == Kind::string || to.kind == Kind::binary || to.kind == Kind::decimal;
    case Kind::date:
    case Kind::time:
    case Kind::duration:
    case Kind::datetime:
    case Kind::boolean:
    case Kind::binary:
    case Kind::decimal:
      return to.kind == from.kind;
    case Kind::list:
    case Kind::map:
    case Kind::structure:
      break;
  }
  return false;
}

void compare(const Field& from, const Field& to, const std::string& path, std::vector<std::string>& faults) {
  if (from.nullable && !to.nullable) {
    faults.push_back(path + ": may be null in the struct, and the schema says that it may not");
  }
  const auto mismatch = [&] {
    faults.push_back(path + ": the struct has " + to_string(from.type) + ", the schema says " +
                     to_string(to.type));
  };
  if (from.type.kind == Kind::list && to.type.kind == Kind::list) {
    compare(from.type.fields[0], to.type.fields[0], path + "[]", faults);
  } else if (from.type.kind == Kind::map && to.type.kind == Kind::map) {
    compare(from.type.fields[1], to.type.fields[1], path + "{}", faults);
  } else if (from.type.kind == Kind::map && to.type.kind == Kind::structure) {
    for (const Field& field : to.type.fields)
      compare(from.type.fields[1], field, below(path, field.name), faults);
  } else if (from.type.kind == Kind::structure && to.type.kind == Kind::structure) {
    for (const Field& field : to.type.fields) {
      const Field* const source = find_field(from.type.fields, field.name);
      if (source == nullptr) {
        faults.push_back(below(path, field.name) + ": the struct has no such field; it has " +
                         names_of(from.type.fields));
      } else {
        compare(*source, field, below(path, field.name), faults);
      }
    }
  } else if (!converts(from.type, to.type)) {
    mismatch();
  }
}

}  // namespace

TableWriter::~TableWriter() = default;

bool operator==(const DataType& a, const DataType& b) {
  return a.kind == b.kind && a.unit == b.unit && a.time_zone == b.time_zone && a.precision == b.precision &&
         a.scale == b.scale && a.fields == b.fields;
}

bool operator==(const Field& a, const Field& b) {
  return a.name == b.name && a.type == b.type && a.nullable == b.nullable;
}

std::string to_string(const DataType& type) {
  const auto item = [](const Field& field) { return to_string(field.type) + (field.nullable ? "?" : ""); };
  switch (type.kind) {
    case Kind::null:
      return "Null";
    case Kind::boolean:
      return "Boolean";
    case Kind::int8:
      return "Int8";
    case Kind::int16:
      return "Int16";
    case Kind::int32:
      return "Int32";
    case Kind::int64:
      return "Int64";
    case Kind::uint8:
      return "Uint8";
    case Kind::uint16:
      return "Uint16";
    case Kind::uint32:
      return "Uint32";
    case Kind::uint64:
      return "Uint64";
    case Kind::float32:
      return "Float32";
    case Kind::float64:
      return "Float64";
    case Kind::string:
      return "String";
    case Kind::binary:
      return "Binary";
    case Kind::date:
      return "Date";
    case Kind::time:
      return "Time(" + in_quotes(type.unit) + ")";
    case Kind::datetime:
      return "Datetime(" + in_quotes(type.time_zone) + ", " + in_quotes(type.unit) + ")";
    case Kind::duration:
      return "Duration(" + in_quotes(type.unit) + ")";
    case Kind::decimal:
      return "Decimal(" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + ")";
    case Kind::list:
      return "List(" + item(type.fields[0]) + ")";
    case Kind::map:
      return "Map(" + item(type.fields[1]) + ")";
    case Kind::structure:
      break;
  }
  std::string text;
  for (const Field& field : type.fields) text += (text.empty() ? "" : ", ") + field.name + ": " + item(field);
  return "Struct([" + text + "])";
}

std::vector<std::string> type_faults(const DataType& type, const std::string& path) {
  std::vector<std::string> faults;
  if (has_unit(type.kind) && type.unit != "ms" && type.unit != "us" && type.unit != "ns") {
    faults.push_back(of(path) + "the unit " + in_quotes(type.unit) + " is none of \"ms\", \"us\" and \"ns\"");
  }
  if (type.kind == Kind::decimal) {
    if (type.precision < 1 || type.precision > 38) {
      faults.push_back(of(path) + "a Decimal has a precision of 1 to 38 digits, not " +
                       std::to_string(type.precision));
    } else if (type.scale < 0 || type.scale > type.precision) {
      faults.push_back(of(path) + "a Decimal's scale is 0 to its precision, not " +
                       std::to_string(type.scale));
    }
  }
  if (type.kind == Kind::structure && type.fields.empty()) {
    faults.push_back(of(path) + "a structure without fields cannot be a column");
  }
  std::set<std::string_view> names;
  for (const Field& field : type.fields) {
    const bool named = type.kind == Kind::structure;
    if (named && field.name.empty()) faults.push_back(of(path) + "a field has no name");
    if (named && !field.name.empty() && !names.insert(field.name).second) {
      faults.push_back(of(path) + "two fields have the name " + in_quotes(field.name));
    }
    auto deeper = type_faults(field.type, named ? below(path, field.name) : path);
    faults.insert(faults.end(), deeper.begin(), deeper.end());
  }
  return faults;
}

std::vector<std::string> conversion_faults(const DataType& from, const DataType& to) {
  std::vector<std::string> faults;
  compare({{}, from, false}, {{}, to, false}, {}, faults);
  return faults;
}

std::vector<std::string> spec_faults(const TableSpec& spec) {
  static constexpr std::string_view kCompressions[] = {"snappy", "lz4",  "uncompressed",
                                                       "gzip",   "zstd", "brotli"};
  std::vector<std::string> faults;
  if (spec.compression == "lzo") {
    faults.emplace_back(
        "compression: Arrow cannot write lzo; take snappy, lz4, uncompressed, gzip, zstd or brotli");
  } else if (std::find(std::begin(kCompressions), std::end(kCompressions), spec.compression) ==
             std::end(kCompressions)) {
    faults.push_back("compression: " + in_quotes(spec.compression) +
                     " is none of snappy, lz4, uncompressed, gzip, zstd and brotli");
  }
  auto wrong = type_faults(spec.columns, {});
  // A type that is wrong in itself fits nothing.
  if (wrong.empty()) wrong = conversion_faults(spec.rows, spec.columns);
  for (const std::string& fault : wrong) faults.push_back("schema: " + fault);
  return faults;
}

}  // namespace streams::parquet
