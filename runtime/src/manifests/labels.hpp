#pragma once

#include <cstddef>
#include <string_view>

#include "manifests/request.hpp"

namespace streams::runtime::manifests {

/// Those that a Deployment, its pods and its selector have; `env` is `primary` or `canary`. The segment is one of
/// them, so that no two Deployments select the same pods.
Node pod_labels(const Request& request, std::size_t segment, std::string_view env);

/// The same without `env`: of what primary and canary share.
Node segment_labels(const Request& request, std::size_t segment);

/// `metadata` of an object of this segment.
Node metadata(const Request& request, std::size_t segment);

/// `--namespace`, else the deployment template's, else null.
Node name_space(const Request& request);

/// The name of the segment's objects.
std::string name_of(const Request& request, std::size_t segment);

}  // namespace streams::runtime::manifests
