#pragma once

#include <vector>

#include <streams/runtime/connector.hpp>

namespace streams::objects {

/// For ObjectSink and GCSSink. Each worker has a store and threads of its own.
std::vector<runtime::Connector> connectors();

}  // namespace streams::objects
