#pragma once

#include <memory>

#include <arrow/type_fwd.h>

#include <streams/codec/parquet_type.hpp>

namespace streams::parquet {

std::shared_ptr<arrow::DataType> arrow_type(const DataType& type);
std::shared_ptr<arrow::Field> arrow_field(const Field& field);

}  // namespace streams::parquet
