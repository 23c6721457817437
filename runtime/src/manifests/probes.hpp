#pragma once

#include "manifests/request.hpp"

namespace streams::runtime::manifests {

/// The keys `startupProbe`, `livenessProbe` and `readinessProbe` of a container. Over HTTP they ask /healthz and
/// /readyz. Without it, and where the deployment writes the health file, the liveness probe deletes that file,
/// which a healthy process writes anew each second; else there are none.
Node probes(const Request& request);

}  // namespace streams::runtime::manifests
