#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace streams::runtime {

/// `text` as it may stand in a part of a path or a query: `a b` as `a%20b`.
std::string percent_encoded(std::string_view text);
/// The other way round; nothing for what is no such text.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace streams::runtime
