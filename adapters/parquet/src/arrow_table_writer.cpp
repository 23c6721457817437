#include <arrow/array/array_nested.h>
#include <arrow/builder.h>
#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/util/compression.h>
#include <arrow/util/config.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include <utility>

#include <streams/codec/codec.hpp>
#include <streams/parquet/parquet.hpp>

#include "arrow_column.hpp"
#include "arrow_type.hpp"

namespace streams::parquet {
namespace {

// A file is a batch in memory: one row group, unless the batch is huge.
constexpr std::int64_t kRowGroup = 1 << 20;

void check(const arrow::Status& status) {
  if (!status.ok()) throw CodecError("the Parquet file cannot be written: " + status.message());
}

/// A file that ends in an Output.
class OutputFile final : public arrow::io::OutputStream {
 public:
  explicit OutputFile(Output& out) : out_(out) {}
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  arrow::Result<std::int64_t> Tell() const override { return written_; }
  bool closed() const override { return closed_; }
  arrow::Status Write(const void* data, std::int64_t count) override {
    out_.write({static_cast<const char*>(data), static_cast<std::size_t>(count)});
    written_ += count;
    return arrow::Status::OK();
  }

 private:
  Output& out_;
  std::int64_t written_ = 0;
  bool closed_ = false;
};

arrow::Compression::type compression_of(const std::string& name) {
  // Parquet's lz4 is the one without a frame around it; Arrow writes it so under this name.
  if (name == "lz4") return arrow::Compression::LZ4;
  const auto type = arrow::util::Codec::GetCompressionType(name);
  check(type.status());
  return *type;
}

class ArrowTableWriter final : public TableWriter {
 public:
  explicit ArrowTableWriter(const TableSpec& spec) {
    const arrow::Compression::type compression = compression_of(spec.compression);
    if (!arrow::util::Codec::IsAvailable(compression)) {
      throw CodecError("this Arrow was built without " + spec.compression + ": take another compression");
    }
    columns_ = make_column(spec.rows, {{}, spec.columns, false}, {});
    schema_ = arrow::schema(arrow_type(spec.columns)->fields());
    properties_ = ::parquet::WriterProperties::Builder().compression(compression)->build();
    // Parquet alone has no durations, and no time zones but UTC.
    arrow_properties_ = ::parquet::ArrowWriterProperties::Builder().store_schema()->build();
  }

  ColumnSink& rows() noexcept override { return *columns_; }

  void write_file(Output& out) override {
    std::shared_ptr<arrow::Array> rows;
    check(columns_->builder()->Finish(&rows));
    const auto batch = arrow::RecordBatch::Make(schema_, rows->length(),
                                                static_cast<const arrow::StructArray&>(*rows).fields());
    const auto table = arrow::Table::FromRecordBatches(schema_, {batch});
    check(table.status());
    check(::parquet::arrow::WriteTable(**table, arrow::default_memory_pool(),
                                       std::make_shared<OutputFile>(out), kRowGroup, properties_,
                                       arrow_properties_));
  }

  void discard() noexcept override { columns_->builder()->Reset(); }

 private:
  std::unique_ptr<ArrowColumn> columns_;
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<::parquet::WriterProperties> properties_;
  std::shared_ptr<::parquet::ArrowWriterProperties> arrow_properties_;
};

}  // namespace

std::unique_ptr<TableWriter> make_arrow_table_writer(const TableSpec& spec) {
  return std::make_unique<ArrowTableWriter>(spec);
}

std::string_view arrow_version() noexcept {
  return ARROW_VERSION_STRING;
}

}  // namespace streams::parquet
