#pragma once

#include <string>
#include <string_view>

#include "config/key_table.hpp"

/// A file with a step `s` and nothing else.
std::string smallest_file();

/// The same with one more key, and with what that key cannot be without.
std::string file_with(const streams::runtime::config::KeyRow& row, std::string_view value);
