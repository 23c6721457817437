#pragma once

#include <cstddef>

#include "manifests/request.hpp"

namespace streams::runtime::manifests {

/// A node that is emptied takes one pod of a segment at a time: each leave is a rebalance for the others.
Node disruption_budget(const Request& request, std::size_t segment);

}  // namespace streams::runtime::manifests
