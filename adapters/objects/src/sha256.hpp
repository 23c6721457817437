#pragma once

#include <string>
#include <string_view>

namespace streams::objects {

/// The digest in lower-case hexadecimal.
std::string sha256_hex(std::string_view bytes);

}  // namespace streams::objects
