#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace streams::runtime {

/// The candidate that `word` was most likely meant to be: the fewest letters to change, swap, add or remove,
/// where upper case and `-`, `_`, `.`, blanks do not count. Empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace streams::runtime
