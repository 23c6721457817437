#pragma once

#include <string>

#include <streams/runtime/config.hpp>

#include "manifests/request.hpp"

namespace streams::runtime::manifests {

/// Reads a YAML file that holds one mapping, or nothing. Throws ConfigError with every fault of it.
Template read_template(const std::string& path, const Environment& environment);

}  // namespace streams::runtime::manifests
