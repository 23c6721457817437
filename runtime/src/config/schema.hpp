#pragma once

#include <string>

namespace streams::runtime::config {

/// The table of keys as a JSON Schema (draft-07), for editors: it sees all that the loader sees in one place
/// of the file, but not what two numbers, two entries, the environment or the YAML syntax have to say.
std::string json_schema();

}  // namespace streams::runtime::config
