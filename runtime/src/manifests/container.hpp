#pragma once

#include <cstddef>
#include <string_view>

#include "config/faults.hpp"
#include "manifests/request.hpp"

namespace streams::runtime::manifests {

/// Where the deployment file is in the pod, as the original has it.
inline constexpr std::string_view kConfigFolder = "/etc/pipeline-config";
inline constexpr std::string_view kConfigFile = "pipeline_config.yaml";

/// The container of one segment's pods: our defaults, the container template over them, and over both what the
/// command line and the deployment say. `faults` is about the container template.
Node container(const Request& request, std::size_t segment, config::Faults& faults);

}  // namespace streams::runtime::manifests
