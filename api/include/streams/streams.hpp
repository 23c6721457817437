#pragma once

/// All that a pipeline's source file needs; Protobuf alone is included apart
/// (`<streams/codec/protobuf.hpp>`).

#include <streams/branch.hpp>
#include <streams/bytes.hpp>
#include <streams/codec/codec.hpp>
#include <streams/codec/format.hpp>
#include <streams/codec/json.hpp>
#include <streams/codec/raw.hpp>
#include <streams/error.hpp>
#include <streams/graph.hpp>
#include <streams/graph_print.hpp>
#include <streams/headers.hpp>
#include <streams/message.hpp>
#include <streams/module.hpp>
#include <streams/pipeline.hpp>
#include <streams/sink/dev_null_sink.hpp>
#include <streams/sink/object_sink.hpp>
#include <streams/sink/stream_sink.hpp>
#include <streams/source/streaming_source.hpp>
#include <streams/step/async_map.hpp>
#include <streams/step/batch.hpp>
#include <streams/step/batch_parser.hpp>
#include <streams/step/branch_start.hpp>
#include <streams/step/filter.hpp>
#include <streams/step/flat_map.hpp>
#include <streams/step/headers_filter.hpp>
#include <streams/step/key_by.hpp>
#include <streams/step/map.hpp>
#include <streams/step/merge.hpp>
#include <streams/step/parquet_serializer.hpp>
#include <streams/step/parser.hpp>
#include <streams/step/serializer.hpp>
#include <streams/step/unbatch.hpp>
#include <streams/stream.hpp>
#include <streams/version.hpp>
