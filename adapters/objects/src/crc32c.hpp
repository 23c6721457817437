#pragma once

#include <cstdint>
#include <string_view>

namespace streams::objects {

/// The Castagnoli checksum, which object stores use. `before` is the checksum of what stands before `bytes`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept;

}  // namespace streams::objects
