#pragma once

#include <string>
#include <vector>

#include "manifests/outside.hpp"
#include "manifests/request.hpp"

namespace streams::runtime::manifests {

/// What will not work in a pod although it is well formed, each with what to do: variables that the container
/// does not get, files that are not mounted, brokers on this machine, partitions kept for nobody, no probe.
/// `deployment` is a merged one.
std::vector<std::string> advice(const Request& request, const Outside& outside, const Node& deployment);

}  // namespace streams::runtime::manifests
