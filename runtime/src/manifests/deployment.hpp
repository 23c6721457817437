#pragma once

#include <cstddef>
#include <string_view>

#include "config/faults.hpp"
#include "manifests/request.hpp"

namespace streams::runtime::manifests {

/// Where faults about each of the user's files are collected.
struct TemplateFaults {
  config::Faults deployment;
  config::Faults container;
  config::Faults patch;
};

/// The Deployments of one segment: the primary one and, where one was asked for, its canary. Our defaults, the deployment template over them, over both what the command line and the
/// deployment say, and the patch over everything.
std::vector<Node> deployments(const Request& request, std::size_t segment, TemplateFaults& faults);

}  // namespace streams::runtime::manifests
