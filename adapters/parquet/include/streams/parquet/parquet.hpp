#pragma once

#include <memory>
#include <string_view>

#include <streams/codec/parquet_table.hpp>

namespace streams::parquet {

/// Writes by Arrow. Throws CodecError when this Arrow was built without the compression.
std::unique_ptr<TableWriter> make_arrow_table_writer(const TableSpec& spec);

/// The version of the Arrow that is linked.
std::string_view arrow_version() noexcept;

}  // namespace streams::parquet
