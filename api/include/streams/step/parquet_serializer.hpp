#pragma once

#include <cstddef>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <streams/bytes.hpp>
#include <streams/codec/codec.hpp>
#include <streams/codec/parquet_row.hpp>
#include <streams/codec/parquet_table.hpp>
#include <streams/step/step.hpp>

namespace streams {

/// The options of a ParquetSerializer; `compression` may be overridden in the deployment.
struct ParquetOptions {
  /// The columns of the files; without them, the fields of the struct.
  std::vector<parquet::Field> schema_fields{};
  std::string compression = "snappy";  ///< or `lz4`, `uncompressed`, `gzip`, `zstd`, `brotli`
};

/// What the connector of a ParquetSerializer needs of the code beside the options: `Node::connector`.
struct STREAMS_EXPORT ParquetSerializerCode {
  parquet::DataType rows;
  parquet::DataType columns;
  /// Writes the rows of `*batch`, a value of the node's input type. Throws CodecError.
  void (*write_rows)(const void* batch, parquet::ColumnSink& to) = nullptr;
};

namespace detail {
STREAMS_EXPORT Node parquet_serializer_node(Node node, ParquetSerializerCode code, std::string compression);

template <class B>
inline constexpr bool kIsRowBatch = false;
template <class T, class A>
inline constexpr bool kIsRowBatch<std::vector<T, A>> = parquet::Row<T>;
}  // namespace detail

/// Turns a batch of described structs into one Parquet file. Its columns are the struct's fields (std::optional: may be
/// null) unless a schema is given; a schema that does not fit the struct is a fault of the pipeline, a value that does
/// not fit its column refuses the batch as a step error of kind `serialize`. Needs the library streams::parquet.
///
///     .apply(Batch("mybatch", {.batch_size = 500}))
///     .apply(ParquetSerializer("serializer", {.schema_fields = {{"org_id", parquet::Int64()},
///                                                              {"tags", parquet::Map(parquet::String())}}}))
class ParquetSerializer {
 public:
  static constexpr bool kIsStep = true;

  explicit ParquetSerializer(std::string name, ParquetOptions options = {},
                             std::source_location where = std::source_location::current())
      : head_(std::move(name), where), options_(std::move(options)) {}

  template <class In>
  using Output = Bytes;
  template <class In>
  static constexpr bool accepts = detail::kIsRowBatch<In>;

  template <class In>
  static constexpr void diagnose() {
    static_assert(
        accepts<In>,
        "[streams] ParquetSerializer: it takes a std::vector of described structs whose fields have columns; "
        "add a Batch before it, describe the structs with BOOST_DESCRIBE_STRUCT, or specialise "
        "streams::parquet::Column<T>");
  }

  template <class In>
  Node node() && {
    using Row = typename In::value_type;
    ParquetSerializerCode code;
    code.rows = parquet::Column<Row>::type();
    code.columns =
        options_.schema_fields.empty() ? code.rows : parquet::Struct(std::move(options_.schema_fields));
    code.write_rows = [](const void* batch, parquet::ColumnSink& to) {
      std::size_t index = 0;
      try {
        for (const Row& row : *static_cast<const In*>(batch)) {
          parquet::Column<Row>::write(to, row);
          ++index;
        }
      } catch (const CodecError& error) {
        throw CodecError("element " + std::to_string(index) + ": " + error.what());
      }
    };
    return detail::parquet_serializer_node(
        detail::transform_node<In, Bytes>(std::move(head_), "ParquetSerializer"), std::move(code),
        std::move(options_.compression));
  }

 private:
  detail::StepHead head_;
  ParquetOptions options_;
};

}  // namespace streams
