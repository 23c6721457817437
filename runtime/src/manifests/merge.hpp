#pragma once

#include <string>
#include <string_view>

#include "config/faults.hpp"
#include "manifests/tree.hpp"

/// How layers of a manifest become one. Mappings are merged key by key. Items of a list that are about one
/// thing (the same `name`; in `volumeMounts` the same `mountPath`, in `ports` the same `containerPort`) are
/// merged; all others are added at its end. A value replaces a value. A list on a mapping, and the like, is a
/// fault. A null in the upper layer says nothing.
namespace streams::runtime::manifests {

/// Lays `upper` over `lower`. Faults are at the place in `upper`, whose file `faults` must name.
void merge(Node& lower, const Node& upper, config::Faults& faults);

/// The same for a patch: a null removes what it stands on.
void merge_patch(Node& lower, const Node& patch, config::Faults& faults);

/// Finds what `upper` would change in `lower`, a user's file that `faults` names, and adds a fault at each
/// place in it. What `upper` only adds is no fault. `inside` is the path of both in their object, for the text:
/// empty, or ends in a dot.
void find_conflicts(const Node& lower, const Node& upper, std::string_view inside, config::Faults& faults);

}  // namespace streams::runtime::manifests
