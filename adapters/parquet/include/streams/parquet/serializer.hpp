#pragma once

#include <streams/runtime/connector.hpp>

namespace streams::parquet {

/// For ParquetSerializer.
runtime::Connector connector();

}  // namespace streams::parquet
