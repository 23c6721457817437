#include "crc32c.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace streams::objects {
namespace {

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

// Table k says what a byte does to the remainder when k bytes follow it: so eight bytes are looked up at once.
constexpr Table make_tables() {
  constexpr std::uint32_t kPolynomial = 0x82F63B78;
  Table tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t remainder = i;
    for (int bit = 0; bit < 8; ++bit) remainder = remainder >> 1 ^ (remainder & 1 ? kPolynomial : 0);
    tables[0][i] = remainder;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t i = 0; i < 256; ++i) {
      const std::uint32_t before = tables[k - 1][i];
      tables[k][i] = before >> 8 ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr Table kTables = make_tables();
static_assert(std::endian::native == std::endian::little,
              "the eight bytes are looked up in the order of memory");

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) noexcept {
  std::uint32_t remainder = ~before;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    word ^= remainder;
    remainder = 0;
    for (std::size_t k = 0; k < 8; ++k) remainder ^= kTables[7 - k][word >> 8 * k & 0xFF];
  }
  for (; left > 0; --left, ++at) {
    remainder = remainder >> 8 ^ kTables[0][(remainder ^ static_cast<unsigned char>(*at)) & 0xFF];
  }
  return ~remainder;
}

}  // namespace streams::objects
