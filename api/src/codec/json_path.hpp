#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace streams::json {

/// Where in a document a value stands, as `$.tags.env` or `$.values[3]`: found by reading the text before it.
/// So neither reading nor writing keeps track of paths; only a fault pays for one.
/// `before` is everything up to the value (or to the place where it should be); it need not be valid JSON.
std::string path_after(std::string_view before);

/// `path` and the member `name` of it.
void append_member(std::string& path, std::string_view name);

}  // namespace streams::json
