#pragma once

#include <memory>

#include <streams/graph.hpp>
#include <streams/operator.hpp>

namespace streams::parquet {

/// The step behind a ParquetSerializer, for one worker. `node` is one of that kind, without faults. Throws CodecError when
/// this Arrow was built without the compression.
std::unique_ptr<Operator> make_parquet_serializer(const Node& node, const Options& effective);

}  // namespace streams::parquet
