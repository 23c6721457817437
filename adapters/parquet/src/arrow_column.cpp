#include "arrow_column.hpp"

#include <arrow/builder.h>
#include <arrow/util/decimal.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <streams/codec/codec.hpp>

#include "arrow_type.hpp"

namespace streams::parquet {
namespace {

constexpr std::int64_t kDayInMilliseconds = 86'400'000;

/// How many of the unit make a millisecond.
std::int64_t per_millisecond(const std::string& unit) {
  return unit == "ms" ? 1 : unit == "us" ? 1'000 : 1'000'000;
}

class NullColumn final : public ArrowColumn {
 public:
  explicit NullColumn(const std::string& path)
      : ArrowColumn(path), builder_(std::make_shared<arrow::NullBuilder>()), shared_(builder_) {}
  const std::shared_ptr<arrow::ArrayBuilder>& builder() const noexcept override { return shared_; }

 private:
  std::shared_ptr<arrow::NullBuilder> builder_;
  std::shared_ptr<arrow::ArrayBuilder> shared_;
};

/// One with a builder of its own type.
template <class Builder>
class BuiltColumn : public ArrowColumn {
 public:
  BuiltColumn(const std::string& path, std::shared_ptr<Builder> builder)
      : ArrowColumn(path), typed_(std::move(builder)), shared_(typed_) {}
  const std::shared_ptr<arrow::ArrayBuilder>& builder() const noexcept override { return shared_; }

 protected:
  Builder& typed() noexcept { return *typed_; }
  template <class Value>
  void append(const Value& value) {
    check(typed_->Append(value));
  }

 private:
  std::shared_ptr<Builder> typed_;
  std::shared_ptr<arrow::ArrayBuilder> shared_;
};

template <class Builder>
std::shared_ptr<Builder> builder_of(const DataType& type) {
  return std::make_shared<Builder>(arrow_type(type), arrow::default_memory_pool());
}

class BooleanColumn final : public BuiltColumn<arrow::BooleanBuilder> {
 public:
  using BuiltColumn::BuiltColumn;
  void boolean(bool value) override { append(value); }
};

/// Integers, and what counts units of time.
template <class Builder>
class IntegerColumn final : public BuiltColumn<Builder> {
 public:
  /// Values are multiplied, then divided; what does not go in without a rest is refused.
  IntegerColumn(const std::string& path, const DataType& type, std::int64_t multiplier, std::int64_t divisor)
      : BuiltColumn<Builder>(path, builder_of<Builder>(type)),
        type_(to_string(type)),
        multiplier_(multiplier),
        divisor_(divisor),
        day_(type.kind == Kind::time ? kDayInMilliseconds * per_millisecond(type.unit) : 0) {}

  void integer(std::int64_t value) override {
    if (value % divisor_ != 0) this->fail("a value is finer than the unit of " + type_);
    value /= divisor_;
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(value, multiplier_, &scaled) || !std::in_range<Value>(scaled)) fail_range();
    if (day_ != 0 && (scaled < 0 || scaled >= day_)) this->fail("a time is not within a day");
    this->append(static_cast<Value>(scaled));
  }
  void unsigned_integer(std::uint64_t value) override {
    if constexpr (std::is_same_v<Value, std::uint64_t>) {
      this->append(value);
    } else {
      if (!std::in_range<std::int64_t>(value)) fail_range();
      integer(static_cast<std::int64_t>(value));
    }
  }

 private:
  using Value = typename Builder::value_type;
  [[noreturn]] void fail_range() const { this->fail("a number does not fit into " + type_); }

  std::string type_;
  std::int64_t multiplier_;
  std::int64_t divisor_;
  std::int64_t day_;  // 0: any number
};

template <class Builder>
class RealColumn final : public BuiltColumn<Builder> {
 public:
  RealColumn(const std::string& path, const DataType& type)
      : BuiltColumn<Builder>(path, builder_of<Builder>(type)) {}
  void real(double value) override {
    if (std::isfinite(value) && std::fabs(value) > static_cast<double>(std::numeric_limits<Value>::max())) {
      this->fail("a number does not fit into Float32");
    }
    this->append(static_cast<Value>(value));
  }
  void integer(std::int64_t value) override { exact(value); }
  void unsigned_integer(std::uint64_t value) override { exact(value); }

 private:
  using Value = typename Builder::value_type;
  template <class Integer>
  void exact(Integer value) {
    // Whole numbers up to there have a place each.
    constexpr std::uint64_t kLimit = std::uint64_t{1} << std::numeric_limits<Value>::digits;
    const bool small = std::is_signed_v<Integer> && value < Integer{0}
                           ? std::cmp_greater_equal(value, -static_cast<std::int64_t>(kLimit))
                           : std::cmp_less_equal(value, kLimit);
    if (!small) this->fail("a whole number is not exact as a Float");
    this->append(static_cast<Value>(value));
  }
};

template <class Builder>
class TextColumn final : public BuiltColumn<Builder> {
 public:
  TextColumn(const std::string& path, const DataType& type)
      : BuiltColumn<Builder>(path, builder_of<Builder>(type)) {}
  void text(std::string_view value) override { this->append(value); }
};

class DecimalColumn final : public BuiltColumn<arrow::Decimal128Builder> {
 public:
  DecimalColumn(const std::string& path, const DataType& type)
      : BuiltColumn(path, builder_of<arrow::Decimal128Builder>(type)),
        type_(to_string(type)),
        precision_(type.precision),
        scale_(type.scale) {}
  void integer(std::int64_t value) override { rescaled(arrow::Decimal128(value), 0); }
  void unsigned_integer(std::uint64_t value) override { rescaled(arrow::Decimal128(0, value), 0); }
  void text(std::string_view value) override {
    arrow::Decimal128 number;
    std::int32_t precision = 0;
    std::int32_t scale = 0;
    if (!arrow::Decimal128::FromString(value, &number, &precision, &scale).ok())
      fail("a text is no decimal number");
    rescaled(number, scale);
  }

 private:
  void rescaled(const arrow::Decimal128& number, std::int32_t scale) {
    const auto result =
        scale == scale_ ? arrow::Result<arrow::Decimal128>(number) : number.Rescale(scale, scale_);
    if (!result.ok() || !result->FitsInPrecision(precision_)) fail("a number does not fit into " + type_);
    append(*result);
  }

  std::string type_;
  std::int32_t precision_;
  std::int32_t scale_;
};

class ListColumn final : public BuiltColumn<arrow::ListBuilder> {
 public:
  ListColumn(const std::string& path, const DataType& type, std::unique_ptr<ArrowColumn> item)
      : BuiltColumn(path, std::make_shared<arrow::ListBuilder>(arrow::default_memory_pool(), item->builder(),
                                                               arrow_type(type))),
        item_(std::move(item)) {}
  ColumnSink& begin_list() override {
    check(typed().Append());
    return *item_;
  }

 private:
  std::unique_ptr<ArrowColumn> item_;
};

class MapColumn final : public BuiltColumn<arrow::MapBuilder> {
 public:
  MapColumn(const std::string& path, const DataType& type, std::shared_ptr<arrow::StringBuilder> key,
            std::unique_ptr<ArrowColumn> value)
      : BuiltColumn(path, std::make_shared<arrow::MapBuilder>(arrow::default_memory_pool(), key,
                                                              value->builder(), arrow_type(type))),
        key_(std::move(key)),
        value_(std::move(value)) {}
  void begin_map() override { check(typed().Append()); }
  ColumnSink* entry(std::string_view key) override {
    check(key_->Append(key));
    return value_.get();
  }
  void end_map() override {}

 private:
  std::shared_ptr<arrow::StringBuilder> key_;
  std::unique_ptr<ArrowColumn> value_;
};

/// A structure of structures or of maps.
class StructureColumn final : public BuiltColumn<arrow::StructBuilder> {
 public:
  struct Part {
    std::string name;
    bool nullable;
    std::unique_ptr<ArrowColumn> column;
    bool filled = false;
  };
  /// `order`: for each field of the C++ structure the index of its part, or `kNowhere`.
  StructureColumn(const std::string& path, const DataType& type, std::vector<Part> parts,
                  std::vector<std::size_t> order)
      : BuiltColumn(path, std::make_shared<arrow::StructBuilder>(
                              arrow_type(type), arrow::default_memory_pool(), builders(parts))),
        parts_(std::move(parts)),
        order_(std::move(order)) {
    for (std::size_t i = 0; i < parts_.size(); ++i) by_name_.emplace(parts_[i].name, i);
  }
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  void begin_structure() override { check(typed().Append()); }
  ColumnSink* field(std::size_t index) override {
    return order_[index] == kNowhere ? nullptr : parts_[order_[index]].column.get();
  }

  void begin_map() override {
    check(typed().Append());
    for (Part& part : parts_) part.filled = false;
  }
  ColumnSink* entry(std::string_view key) override {
    const auto found = by_name_.find(key);
    if (found == by_name_.end()) return nullptr;
    parts_[found->second].filled = true;
    return parts_[found->second].column.get();
  }
  void end_map() override {
    for (Part& part : parts_) {
      if (part.filled) continue;
      if (!part.nullable) fail("a map has no " + part.name + ", and the schema says that it may not be null");
      part.column->null();
    }
  }

 private:
  static std::vector<std::shared_ptr<arrow::ArrayBuilder>> builders(const std::vector<Part>& parts) {
    std::vector<std::shared_ptr<arrow::ArrayBuilder>> all;
    for (const Part& part : parts) all.push_back(part.column->builder());
    return all;
  }

  std::vector<Part> parts_;
  std::vector<std::size_t> order_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

std::unique_ptr<ArrowColumn> make_structure(const DataType& from, const DataType& to,
                                            const std::string& path) {
  std::vector<StructureColumn::Part> parts;
  std::vector<std::size_t> order(from.kind == Kind::map ? 0 : from.fields.size(), StructureColumn::kNowhere);
  for (const Field& field : to.fields) {
    const DataType* source = from.kind == Kind::map ? &from.fields[1].type : nullptr;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (from.fields[i].name != field.name) continue;
      order[i] = parts.size();
      source = &from.fields[i].type;
    }
    parts.push_back({field.name, field.nullable,
                     make_column(*source, field, path.empty() ? field.name : path + "." + field.name)});
  }
  return std::make_unique<StructureColumn>(path, to, std::move(parts), std::move(order));
}

template <class Builder>
std::unique_ptr<ArrowColumn> make_integer(const DataType& from, const DataType& to, const std::string& path) {
  std::int64_t multiplier = 1;
  std::int64_t divisor = 1;
  // Plain integers are in the column's own unit already.
  if (from.kind == to.kind && !from.unit.empty()) {
    const std::int64_t have = per_millisecond(from.unit);
    const std::int64_t want = per_millisecond(to.unit);
    multiplier = want > have ? want / have : 1;
    divisor = have > want ? have / want : 1;
  }
  return std::make_unique<IntegerColumn<Builder>>(path, to, multiplier, divisor);
}

}  // namespace

void ArrowColumn::fail(const std::string& text) const {
  throw CodecError(path_.empty() ? text : path_ + ": " + text);
}

void ArrowColumn::check(const arrow::Status& status) const {
  if (!status.ok()) fail(status.message());
}

// Compared when the pipeline is made: what comes here is a Column<T> whose type() and write() differ.
void ArrowColumn::fail_kind(const char* found) const {
  fail(std::string("the column was announced with another type, and has ") + found);
}

void ArrowColumn::null() {
  check(builder()->AppendNull());
}
void ArrowColumn::boolean(bool) {
  fail_kind("a boolean");
}
void ArrowColumn::integer(std::int64_t) {
  fail_kind("an integer");
}
void ArrowColumn::unsigned_integer(std::uint64_t) {
  fail_kind("an unsigned integer");
}
void ArrowColumn::real(double) {
  fail_kind("a real number");
}
void ArrowColumn::text(std::string_view) {
  fail_kind("a text");
}
ColumnSink& ArrowColumn::begin_list() {
  fail_kind("a list");
}
void ArrowColumn::begin_structure() {
  fail_kind("a structure");
}
ColumnSink* ArrowColumn::field(std::size_t) {
  fail_kind("a field");
}
void ArrowColumn::begin_map() {
  fail_kind("a map");
}
ColumnSink* ArrowColumn::entry(std::string_view) {
  fail_kind("an entry");
}
void ArrowColumn::end_map() {
  fail_kind("a map");
}

std::unique_ptr<ArrowColumn> make_column(const DataType& from, const Field& to, const std::string& path) {
  const DataType& type = to.type;
  switch (type.kind) {
    case Kind::null:
      return std::make_unique<NullColumn>(path);
    case Kind::boolean:
      return std::make_unique<BooleanColumn>(path, std::make_shared<arrow::BooleanBuilder>());
    case Kind::int8:
      return make_integer<arrow::Int8Builder>(from, type, path);
    case Kind::int16:
      return make_integer<arrow::Int16Builder>(from, type, path);
    case Kind::int32:
      return make_integer<arrow::Int32Builder>(from, type, path);
    case Kind::int64:
      return make_integer<arrow::Int64Builder>(from, type, path);
    case Kind::uint8:
      return make_integer<arrow::UInt8Builder>(from, type, path);
    case Kind::uint16:
      return make_integer<arrow::UInt16Builder>(from, type, path);
    case Kind::uint32:
      return make_integer<arrow::UInt32Builder>(from, type, path);
    case Kind::uint64:
      return make_integer<arrow::UInt64Builder>(from, type, path);
    case Kind::float32:
      return std::make_unique<RealColumn<arrow::FloatBuilder>>(path, type);
    case Kind::float64:
      return std::make_unique<RealColumn<arrow::DoubleBuilder>>(path, type);
    case Kind::string:
      return std::make_unique<TextColumn<arrow::StringBuilder>>(path, type);
    case Kind::binary:
      return std::make_unique<TextColumn<arrow::BinaryBuilder>>(path, type);
    case Kind::date:
      return make_integer<arrow::Date32Builder>(from, type, path);
    case Kind::time:
      if (type.unit == "ms") return make_integer<arrow::Time32Builder>(from, type, path);
      return make_integer<arrow::Time64Builder>(from, type, path);
    case Kind::datetime:
      return make_integer<arrow::TimestampBuilder>(from, type, path);
    case Kind::duration:
      return make_integer<arrow::DurationBuilder>(from, type, path);
    case Kind::decimal:
      return std::make_unique<DecimalColumn>(path, type);
    case Kind::list: {
      const DataType& item = from.kind == Kind::list ? from.fields[0].type : from;
      return std::make_unique<ListColumn>(path, type, make_column(item, type.fields[0], path + "[]"));
    }
    case Kind::map: {
      const DataType& value = from.kind == Kind::map ? from.fields[1].type : from;
      return std::make_unique<MapColumn>(path, type, std::make_shared<arrow::StringBuilder>(),
                                         make_column(value, type.fields[1], path + "{}"));
    }
    case Kind::structure:
      return make_structure(from, type, path);
  }
  throw CodecError(path + ": a kind of column that cannot be written");
}

}  // namespace streams::parquet
