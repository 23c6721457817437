#pragma once

#include <streams/runtime/adapter.hpp>

namespace streams::kafka {

/// The adapter `kafka`: sources and sinks are topics of real clusters; its embedded broker is librdkafka's
/// mock cluster.
runtime::AdapterFactory adapter();

}  // namespace streams::kafka
