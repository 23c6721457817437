#pragma once

#include <string>
#include <vector>

#include "manifests/outside.hpp"
#include "manifests/request.hpp"

namespace streams::runtime::manifests {

struct Rendered {
  std::string yaml;                   ///< a stream of documents
  std::vector<std::string> warnings;  ///< for the user, none of them in `yaml`
};

/// The objects of each segment that was asked for: ConfigMap, Deployment (and its canary), Service,
/// PodDisruptionBudget. The same request gives the same bytes. Throws ConfigError with every fault of the user's
/// templates.
Rendered render(const Request& request, const Outside& outside);

}  // namespace streams::runtime::manifests
