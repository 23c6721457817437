#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace streams::runtime::dlq {

/// `text` so that a terminal shows it on one line and obeys none of it: control characters are escaped, bytes that are
/// no UTF-8 become `?`.
std::string terminal_text(std::string_view text);

/// The same, cut to `most` characters with `...` at the end.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace streams::runtime::dlq
