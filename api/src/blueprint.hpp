#pragma once

#include <vector>

#include <streams/graph.hpp>

namespace streams::detail {

/// The steps written so far from one source, in the order in which they were written; each reads from earlier
/// ones. `inputs` and `outputs` are places in this list.
class Blueprint {
 public:
  std::vector<Node> steps;
};

}  // namespace streams::detail
