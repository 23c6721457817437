#pragma once

#include <streams/runtime/config.hpp>

#include <string>
#include <string_view>

#include "config/faults.hpp"

namespace streams::runtime::config {

/// A scalar with its `${...}` replaced.
struct Substituted {
  std::string text;
  /// Something was replaced: its text may be a number even when it stood in quotes, and must not be shown.
  bool replaced = false;
  /// Part of it came from a file.
  bool secret = false;
};

/// Replaces `${envvar:NAME}`, `${NAME:default}` and `${file:PATH}`; `$${` becomes `${`. What cannot be
/// replaced is a fault at `at`. A relative path starts at the folder of the configuration file.
Substituted substitute(std::string_view raw, Place at, const Environment& environment, Faults& faults);

}  // namespace streams::runtime::config
