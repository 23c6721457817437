#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <streams/codec/parquet_type.hpp>
#include <streams/export.hpp>
#include <streams/output.hpp>

namespace streams::parquet {

/// Where the values of one column go, one call for each value (of a list, for each item). What is called fits the
/// type that the C++ side has told; a value that does not fit into the column throws CodecError.
class STREAMS_EXPORT ColumnSink {
 public:
  virtual void null() = 0;
  virtual void boolean(bool value) = 0;
  /// Also days, and units of time since 1970, since midnight, or of a duration.
  virtual void integer(std::int64_t value) = 0;
  virtual void unsigned_integer(std::uint64_t value) = 0;
  virtual void real(double value) = 0;
  virtual void text(std::string_view value) = 0;
  /// A list whose items are then written to what is returned.
  virtual ColumnSink& begin_list() = 0;
  /// A structure; then each of its fields is written once.
  virtual void begin_structure() = 0;
  /// The field of that index in the C++ type, or null where the column does not have it.
  virtual ColumnSink* field(std::size_t index) = 0;
  /// A map; then `entry` for each of its keys, to whose result the value is written unless it is null, then `end_map`.
  virtual void begin_map() = 0;
  virtual ColumnSink* entry(std::string_view key) = 0;
  virtual void end_map() = 0;

 protected:
  ~ColumnSink() = default;
};

/// What a file is to look like.
struct TableSpec {
  DataType rows;            ///< of the C++ type
  DataType columns;         ///< of the file; a structure too
  std::string compression;  ///< `snappy`
};

/// What is wrong with a spec, one text a fault.
STREAMS_EXPORT std::vector<std::string> spec_faults(const TableSpec& spec);

/// Collects rows and makes files of them.
///
/// Lifecycle: rows are written to `rows()` as structures; `write_file` writes those since the last one. After an exception
/// `discard` is the only thing to do. Threads: one.
class STREAMS_EXPORT TableWriter {
 public:
  virtual ~TableWriter();
  virtual ColumnSink& rows() noexcept = 0;
  /// One whole Parquet file, behind what `out` has already. Throws CodecError.
  virtual void write_file(Output& out) = 0;
  virtual void discard() noexcept = 0;
};

/// Makes the writer of a step. `spec` has no faults.
using MakeTableWriter = std::unique_ptr<TableWriter> (*)(const TableSpec& spec);

}  // namespace streams::parquet
