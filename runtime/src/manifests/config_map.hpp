#pragma once

#include <cstddef>

#include "manifests/request.hpp"

namespace streams::runtime::manifests {

/// The deployment file of a segment's pods, byte for byte: variables and secrets are looked up in the pod.
/// Each segment has its own, so that deploying one does not change what another reads when it starts again.
Node config_map(const Request& request, std::size_t segment);

}  // namespace streams::runtime::manifests
