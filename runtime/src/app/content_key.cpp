#include "app/content_key.hpp"

#include <array>
#include <fstream>

namespace streams::runtime {

void ContentKey::add_bytes(const void* data, std::size_t size) {
  constexpr Word kPrime = (static_cast<Word>(0x0000000001000000) << 64) | 0x000000000000013b;
  const auto* bytes = static_cast<const unsigned char*>(data);
  for (std::size_t index = 0; index < size; ++index) hash_ = (hash_ ^ bytes[index]) * kPrime;
}

void ContentKey::add(std::string_view text) {
  const std::uint64_t size = text.size();
  add_bytes(&size, sizeof size);
  add_bytes(text.data(), text.size());
}

bool ContentKey::add_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return false;
  std::array<char, 65536> buffer;
  std::uint64_t total = 0;
  while (in) {
    in.read(buffer.data(), buffer.size());
    const auto count = static_cast<std::size_t>(in.gcount());
    add_bytes(buffer.data(), count);
    total += count;
  }
  add_bytes(&total, sizeof total);
  return !in.bad();
}

std::string ContentKey::text() const {
  std::string text(32, '0');
  Word rest = hash_;
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, rest >>= 4) {
    *digit = "0123456789abcdef"[static_cast<unsigned>(rest & 15)];
  }
  return text;
}

}  // namespace streams::runtime
