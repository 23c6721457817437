#pragma once

#include <string>
#include <vector>

#include "manifests/tree.hpp"

namespace streams::runtime::manifests {

/// The trees as documents of one YAML stream, `---` before each: block style, keys in their order. What was a
/// text is read back as one by YAML 1.1 and 1.2 (`on` and `1e3` get quotes); several lines become a literal
/// block where that keeps every byte.
std::string yaml_text(const std::vector<Node>& documents);

}  // namespace streams::runtime::manifests
