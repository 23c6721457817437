#pragma once

#include <cstddef>

#include "manifests/request.hpp"

namespace streams::runtime::manifests {

/// A headless Service: the addresses of a segment's pods, for Prometheus and for people. Pods that are not ready are
/// in it too, because those are the ones to look at.
Node service(const Request& request, std::size_t segment);

}  // namespace streams::runtime::manifests
