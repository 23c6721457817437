#pragma once

#include <string>
#include <string_view>

namespace streams::runtime {

/// `text` with a question mark in the place of every byte that is not part of UTF-8.
std::string printable(std::string_view text);

}  // namespace streams::runtime
