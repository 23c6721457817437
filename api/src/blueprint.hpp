#pragma once

#include <memory>
#include <string>
#include <vector>

#include <streams/graph.hpp>
#include <streams/pipeline.hpp>

namespace streams::detail {

/// The steps written so far that hang together, in the order in which they were written; each reads from
/// earlier ones or from ones that were joined to it later. `inputs` and `outputs` are places in this list.
///
/// Two blueprints become one where their streams meet: the second is then empty, and says where its steps
/// have gone.
class Blueprint {
 public:
  std::vector<Node> steps;
  /// What was written in a way that types cannot forbid.
  std::vector<std::string> faults;
  std::shared_ptr<Blueprint> moved_to;
  std::size_t moved_by = 0;
};

/// Where the step is now.
BlueprintStep resolved(BlueprintStep step);

}  // namespace streams::detail
