#pragma once

#include <string>

namespace streams::runtime::config {

/// docs/configuration.md: how the file is read, and the table of keys.
std::string reference_page();

}  // namespace streams::runtime::config
