#pragma once

#include <memory>
#include <string>
#include <utility>

#include <arrow/array/builder_base.h>

#include <streams/codec/parquet_table.hpp>

namespace streams::parquet {

/// A column that is being filled: values in, an Arrow array out. A kind of column takes the calls that fit it; the
/// others are refused.
class ArrowColumn : public ColumnSink {
 public:
  explicit ArrowColumn(std::string path) : path_(std::move(path)) {}
  virtual ~ArrowColumn() = default;
  ArrowColumn(const ArrowColumn&) = delete;
  ArrowColumn& operator=(const ArrowColumn&) = delete;

  void null() override;
  void boolean(bool value) override;
  void integer(std::int64_t value) override;
  void unsigned_integer(std::uint64_t value) override;
  void real(double value) override;
  void text(std::string_view value) override;
  ColumnSink& begin_list() override;
  void begin_structure() override;
  ColumnSink* field(std::size_t index) override;
  void begin_map() override;
  ColumnSink* entry(std::string_view key) override;
  void end_map() override;

  /// Shared with the builder of the column around this one.
  virtual const std::shared_ptr<arrow::ArrayBuilder>& builder() const noexcept = 0;

 protected:
  /// Throws CodecError with the column's name.
  [[noreturn]] void fail(const std::string& text) const;
  void check(const arrow::Status& status) const;

 private:
  [[noreturn]] void fail_kind(const char* found) const;

  std::string path_;  // as in `tags.sdk`
};

/// A column of the type `to.type` for values of the type `from`, which converts to it.
std::unique_ptr<ArrowColumn> make_column(const DataType& from, const Field& to, const std::string& path);

}  // namespace streams::parquet
